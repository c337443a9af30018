/**
 * Takes header values that must not come back, the gateway's own credential, out of a backend's bytes or text. They
 * are taken out as they are, so not out of what a backend has encoded or compressed.
 *
 * @param secrets - header values, with or without a scheme in front (`Bearer …`)
 * @returns what was given itself where there is nothing to take out
 */
export function hideSecrets<Answer extends Buffer | string>(
  answer: Answer,
  secrets: readonly string[],
): Answer
export function hideSecrets(answer: Buffer | string, secrets: readonly string[]): Buffer | string {
  let clean = answer
  for (const secret of secrets) {
    const bare = secret.slice(secret.indexOf(' ') + 1)
    if (bare.length < SHORTEST_SECRET || !clean.includes(bare)) continue
    clean =
      typeof clean === 'string'
        ? clean.replaceAll(bare, HIDDEN)
        : Buffer.from(clean.toString('latin1').replaceAll(bare, HIDDEN), 'latin1')
  }
  return clean
}

const HIDDEN = '[credential]'
/** A value that is shorter could stand there by chance. */
const SHORTEST_SECRET = 12

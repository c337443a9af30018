import { hash } from 'node:crypto'

/**
 * The id of a credential that others verify, `crd_…`, the same on every node. It can't be turned back into a weak
 * password without the secret.
 *
 * Products read more than one spelling of a credential, and a revoked one must not come back as another: in other case
 * (of an e-mail address), with other spaces, in another header, as other base64 of the same bytes, or as a JWT with
 * another signature (ECDSA has several of one content, and the last character of most has bits to spare). So all
 * spellings have one id. That some different credentials have the same id, too, is no matter: it is known of one whole
 * person's at most, and nobody is let in by it.
 *
 * @param secret - the installation's
 * @param headers - as the product gets them: lower-case names, in one order, without line breaks
 */
export function credentialId(secret: string, headers: Readonly<Record<string, string>>): string {
  const entries = Object.entries(headers)
  const [first] = entries
  const plain =
    entries.length === 1 && first !== undefined
      ? ['authorization', plainValue(first[1]).replace(/^(?!(?:basic|bearer) )/, 'bearer ')]
      : entries.flatMap(([name, value]) => [name, plainValue(value)])
  const text = [secret, 'credential', ...plain].join('\n')
  return `crd_${hash('sha256', text, 'base64url').slice(0, 16)}`
}

/** RFC 7617: the pair in base64. */
const BASIC = /^basic +(.+)$/i
/** A JSON object in base64url, and what follows its dot: a JWS or JWE, alone or behind a name (`Bearer`, `token=`). */
const JOSE = /(^|[^\w-])(e[wy][\w-]+)\.([\s\S]*)$/

function plainValue(value: string): string {
  const spaced = value.replace(/[\s\xa0]+/g, ' ')
  const pair = BASIC.exec(spaced)?.[1]
  if (pair !== undefined) return `basic ${Buffer.from(pair, 'base64').toString('latin1').toLowerCase()}`
  return spaced
    .replace(JOSE, (_, before: string, header: string, rest: string) => {
      const parts = [header, ...rest.split('.')]
      // Of a signed one the signature is left out, with whatever is behind it; all of an encrypted one is content.
      const content = parts.length === 5 ? parts : parts.slice(0, 2)
      return before + content.map(part => Buffer.from(part, 'base64url').toString('base64url')).join('.')
    })
    .toLowerCase()
}

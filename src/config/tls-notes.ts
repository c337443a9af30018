import { isIP } from 'node:net'
import { certificateChain } from './certificate-chain.ts'
import type { Config } from './config.ts'
import type { ConfigProblem } from './problem.ts'

const DAY = 86_400_000
/** Days before its end from which a certificate is worth a word: those who renew by machine do so earlier. */
const SOON = 14

/**
 * What {@link configNotes} says of `listen.tls`: a certificate that clients may refuse, or soon will, and a key that
 * others can read. Pure but for the clock.
 *
 * @param now - milliseconds since the epoch
 */
export function tlsNotes(
  { listen: { tls }, publicUrl }: Pick<Config, 'listen' | 'publicUrl'>,
  now: number = Date.now(),
): readonly ConfigProblem[] {
  if (tls === undefined) return []
  const notes: ConfigProblem[] = []
  if (tls.isKeyOpen) {
    const message = 'every user of this machine can read the private key'
    notes.push({ path: 'listen.tls.key', message, fix: 'chmod 600, for the user that the gateway runs as' })
  }
  const chain = certificateChain(tls.certificate)
  const [own] = chain
  if (own === undefined) return notes
  const host = publicUrl && URL.canParse(publicUrl) ? new URL(publicUrl).hostname : undefined
  if (host !== undefined && !covers(own, host)) {
    const message = `the certificate is not for ${host}, which publicUrl tells clients to connect to`
    const fix = 'ask for one with that name, unless another one stands in front'
    notes.push({ path: 'listen.tls.cert', message, fix })
  }
  const left = Math.floor((own.validToDate.getTime() - now) / DAY)
  if (left < SOON) {
    const message = `the certificate ends on ${own.validToDate.toISOString()}, in ${left} day${left === 1 ? '' : 's'}`
    notes.push({
      path: 'listen.tls.cert',
      message,
      fix: 'renew it; the gateway takes new files as they come',
    })
  }
  const broken = chain.findIndex((each, index) => {
    const next = chain[index + 1]
    return each !== undefined && next !== undefined && !each.checkIssued(next)
  })
  if (broken >= 0) {
    const message = `certificate ${broken + 1} of the file was not issued by the one after it`
    notes.push({
      path: 'listen.tls.cert',
      message,
      fix: 'put them in order: the server’s, then who issued each',
    })
  }
  return notes
}

/** Clients look at the alternative names alone (RFC 9525 section 2). */
function covers(own: NonNullable<ReturnType<typeof certificateChain>[number]>, host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0
    ? own.checkHost(bare, { subject: 'never' }) !== undefined
    : own.checkIP(bare) !== undefined
}

import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { certificateChain } from '../certificate-chain.ts'
import type { Config } from '../config.ts'
import type { Finding } from '../problem.ts'
import type { TlsConfig } from '../schema/tls.ts'
import { tlsOptions } from '../tls-options.ts'

/**
 * A certificate and key that clients would refuse, or that TLS can't be spoken with: found before anybody connects.
 *
 * @param now - milliseconds since the epoch
 */
export function checkTls(
  { listen: { tls }, publicUrl }: Config,
  now: number = Date.now(),
): readonly Finding[] {
  if (tls === undefined) return []
  const findings = [...checkCertificate(tls, now), ...checkKey(tls)]
  const files = findings.length > 0 ? findings : checkPair(tls)
  return [...files, ...checkPublicUrl(publicUrl)]
}

const CERT = ['listen', 'tls', 'cert'] as const
const KEY = ['listen', 'tls', 'key'] as const
/** Extended key usages that let a certificate be a server's (RFC 5280 section 4.2.1.12). */
const FOR_SERVERS = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']

function checkPublicUrl(publicUrl: string | undefined): readonly Finding[] {
  if (publicUrl === undefined || publicUrl.startsWith('https:')) return []
  const message = 'clients would speak plain http where the gateway speaks TLS'
  return [{ path: ['publicUrl'], message, fix: 'write https://', concerns: [['listen']] }]
}

function checkCertificate({ certificate }: TlsConfig, now: number): readonly Finding[] {
  // A file that could not be read has been reported.
  if (certificate === '') return []
  const chain = certificateChain(certificate)
  if (chain.length === 0) {
    const fix = 'write PEM: -----BEGIN CERTIFICATE----- and so on, the server’s first'
    return [{ path: CERT, message: 'no certificate in PEM', fix }]
  }
  const damaged = chain.indexOf(undefined)
  if (damaged >= 0) {
    const message = `certificate ${damaged + 1} of ${chain.length} in the file is damaged`
    return [{ path: CERT, message, fix: 'copy it anew' }]
  }
  const mistake = chain[0] && clientsRefuse(chain[0], now)
  return mistake === undefined ? [] : [{ path: CERT, ...mistake }]
}

function clientsRefuse(own: X509Certificate, now: number): Pick<Finding, 'message' | 'fix'> | undefined {
  const { validFromDate, validToDate, keyUsage: purposes } = own
  if (now > validToDate.getTime()) {
    return { message: `the certificate expired on ${validToDate.toISOString()}`, fix: 'renew it' }
  }
  if (now < validFromDate.getTime()) {
    const message = `the certificate is not valid before ${validFromDate.toISOString()}`
    return { message, fix: 'wait for it, or set the clock of this machine' }
  }
  if (purposes === undefined || purposes.some(purpose => FOR_SERVERS.includes(purpose))) return undefined
  return { message: 'the certificate is not for servers', fix: 'ask for one with the usage serverAuth' }
}

function checkKey({ privateKey, passphrase }: TlsConfig): readonly Finding[] {
  if (privateKey === '') return []
  const { mistake } = readKey(privateKey, passphrase)
  return mistake === undefined ? [] : [{ path: KEY, ...mistake }]
}

/** What OpenSSL says of a text that is no key could quote it. */
function readKey(
  pem: string,
  passphrase: string | undefined,
): { key?: KeyObject; mistake?: Pick<Finding, 'message' | 'fix'> } {
  if (!pem.includes('PRIVATE KEY-----')) {
    const message = 'no private key in PEM'
    return { mistake: { message, fix: 'name the file with -----BEGIN PRIVATE KEY-----' } }
  }
  const isEncrypted = /-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(pem)
  if (isEncrypted && passphrase === undefined) {
    const message = 'the key is encrypted with a passphrase'
    return { mistake: { message, fix: 'set passphrase from the environment' } }
  }
  try {
    return { key: createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) }) }
  } catch {
    return isEncrypted
      ? { mistake: { message: 'the passphrase does not open the key', fix: 'correct passphrase' } }
      : { mistake: { message: 'the private key is damaged', fix: 'copy it anew' } }
  }
}

function checkPair(tls: TlsConfig): readonly Finding[] {
  const { key } = readKey(tls.privateKey, tls.passphrase)
  const [own, ...others] = certificateChain(tls.certificate)
  if (own === undefined || key === undefined) return []
  if (!own.checkPrivateKey(key)) {
    const isLater = others.some(other => other?.checkPrivateKey(key))
    return [
      isLater
        ? {
            path: CERT,
            message: 'the first certificate is not the server’s',
            fix: 'put that of the key first',
          }
        : {
            path: KEY,
            message: 'the key does not belong to the certificate',
            fix: 'name the two files that were made together',
          },
    ]
  }
  try {
    createSecureContext(tlsOptions(tls))
    return []
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const fix = 'ask for one with an elliptic curve, or RSA of 2048 bits or more'
    return [{ path: CERT, message: `TLS can’t be spoken with it (${code})`, fix }]
  }
}

import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { ReadKey } from './schema/key-source.ts'

/**
 * Reads a private key in PEM: PKCS #8 or SEC 1, elliptic curve P-256. Line breaks may be written `\n`, as they are in
 * variables that hold one line.
 */
export function readSigningKey(text: string): ReadKey<KeyObject> {
  const pem = text.includes('\n') ? text : text.replaceAll('\\n', '\n')
  if (/-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(pem)) {
    return { mistake: 'the key is encrypted with a passphrase' }
  }
  if (pem.includes('-----BEGIN PUBLIC KEY-----')) return { mistake: 'this is a public key' }
  const key = parse(pem)
  if (key === undefined) return { mistake: 'not a private key in PEM' }
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  return isP256 ? { key } : { mistake: 'the key is not of the elliptic curve P-256' }
}

/** What OpenSSL says of a text that is no key could quote it. */
function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

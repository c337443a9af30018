/**
 * X.509 certificates made in the test, of any age and for any name: no program and no wait is needed. Only as much of
 * DER (X.690) and RFC 5280 as that takes.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key, both PEM. */
export interface Made {
  readonly cert: string
  readonly key: string
}

/** An authority that certificates are of. */
export interface Authority extends Made {
  readonly name: string
}

export interface MakeOptions {
  /** Host names and IPv4 addresses; default `127.0.0.1` and `localhost`. */
  readonly names?: readonly string[]
  /** Default: a day ago. */
  readonly from?: Date
  /** Default: in 90 days. */
  readonly until?: Date
  /** Default: the certificate is its own. */
  readonly authority?: Authority
  /** Object identifiers of extended key usages; default: none are named. */
  readonly purposes?: readonly string[]
  /** A key instead of a new one on P-256, PEM. */
  readonly key?: string
}

const DAY = 86_400_000

/** A certificate of a server. */
export function makeCertificate(options: MakeOptions = {}): Made {
  const names = options.names ?? ['127.0.0.1', 'localhost']
  return make('server', options, [
    extension('2.5.29.17', sequence(...names.map(generalName))),
    ...(options.purposes === undefined
      ? []
      : [extension('2.5.29.37', sequence(...options.purposes.map(identifier)))]),
  ])
}

/** An authority of its own. */
export function makeAuthority(name = 'authority'): Authority {
  return { ...make(name, {}, [extension('2.5.29.19', sequence(der(0x01, Buffer.of(0xff))))]), name }
}

/** A new key on P-256, PEM. */
export function makeKey(passphrase?: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString()
}

function make(name: string, options: MakeOptions, extensions: readonly Buffer[]): Made {
  const { authority, from = new Date(Date.now() - DAY), until = new Date(Date.now() + 90 * DAY) } = options
  const key = options.key ?? makeKey()
  const publicKey = createPublicKey(key)
  const signer = authority?.key ?? key
  const algorithm = signatureOf(createPublicKey(signer))
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    algorithm,
    distinguishedName(authority?.name ?? name),
    sequence(time(from), time(until)),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = bits(sign('sha256', body, signer))
  return { cert: pem(sequence(body, algorithm, signature)), key }
}

function signatureOf({ asymmetricKeyType }: KeyObject): Buffer {
  if (asymmetricKeyType === 'ec') return sequence(identifier('1.2.840.10045.4.3.2'))
  return sequence(identifier('1.2.840.113549.1.1.11'), der(0x05, Buffer.alloc(0)))
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function integer(content: Buffer): Buffer {
  return der(0x02, content)
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), content]))
}

function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80)
  return digits
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(identifier('2.5.4.3'), der(0x0c, Buffer.from(name)))))
}

function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(identifier(id), der(0x04, value))
}

function generalName(name: string): Buffer {
  if (isIP(name) === 4) return der(0x87, Buffer.from(name.split('.').map(Number)))
  return der(0x82, Buffer.from(name))
}

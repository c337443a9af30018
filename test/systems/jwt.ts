import { type KeyObject, sign, verify } from 'node:crypto'

const HEADER = { alg: 'ES256', typ: 'JWT' }

/** A JWT (RFC 7519) with ES256, of an hour unless its claims say otherwise. @param now - milliseconds since the epoch */
export function signJwt(claims: object, key: KeyObject, now: number, header: object = HEADER): string {
  const iat = Math.floor(now / 1_000)
  const signed = `${encode(header)}.${encode({ iat, exp: iat + 3_600, ...claims })}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** The claims of a JWT with ES256 that has not ended; undefined for anything else. `at+jwt` is for others. */
export function verifyJwt(token: string, key: KeyObject, now: number): Claims | undefined {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || signature === '') return undefined
  const signed = Buffer.from(`${header}.${payload}`)
  const isGood = verify(
    'sha256',
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isGood) return undefined
  const { alg, typ } = decode(header)
  const claims = decode(payload)
  return alg === 'ES256' && typ === 'JWT' && Number(claims.exp) * 1_000 > now ? claims : undefined
}

export type Claims = Readonly<Record<string, unknown>>

/** What a part of a JWT says, whether it is true or not. */
export function decode(part: string): Claims {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

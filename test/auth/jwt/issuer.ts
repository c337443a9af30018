/** An identity provider on loopback: real HTTP, real keys, and the ways in which one can fail. */
import { generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { jwtSchema } from '../../../src/config/schema/jwt.ts'
import type { SchemeConfig } from '../../../src/config/schema.ts'

export type JwtConfig = Extract<SchemeConfig, { type: 'jwt' }>
export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

/** A key pair with its name. */
export interface SigningKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export interface SignOptions {
  readonly key?: SigningKey
  /** Replaces members of the header; undefined leaves one out. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Replaces claims; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What it answers to every question instead of what it should. */
export type Failure = 'status' | 'reset' | 'redirect' | 'endless' | 'garbage'

/** The clock of `setUp` in `../fixtures.ts`, in seconds. */
export const NOW = 1_700_000_000
export const AUDIENCE = 'https://mcp.acme.example/mcp'

export function createKey(kid: string, alg: Algorithm = 'ES256'): SigningKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { kid, alg, ...pair }
}

/** A key as a key set publishes it. */
export function publicJwk({ kid, alg, publicKey }: SigningKey): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
}

/** Signs any two texts, as a compact JWS. */
export function signText(header: string, payload: string, { alg, privateKey }: SigningKey): string {
  const signed = `${encode(header)}.${encode(payload)}`
  const bytes = Buffer.from(signed)
  if (alg === 'EdDSA') return `${signed}.${signBytes(null, bytes, privateKey).toString('base64url')}`
  // 6: RSA_PKCS1_PSS_PADDING, 1: RSA_PKCS1_PADDING.
  const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : alg === 'RS256' ? { padding: 1 } : {}
  const signature = signBytes('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363', ...padding })
  return `${signed}.${signature.toString('base64url')}`
}

export const encode = (text: string) => Buffer.from(text).toString('base64url')

/** The claims of a good access token of Ada's. */
export function goodClaims(issuer: string): Record<string, unknown> {
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'ada',
    exp: NOW + 600,
    iat: NOW - 60,
    nbf: NOW - 60,
    jti: 'token-1',
    scope: 'read:invoices write:contacts',
    groups: ['accountant'],
    org: 'org-1',
  }
}

/** Starts an issuer that publishes `key`. */
export async function createIssuer(t: Test, key: SigningKey = createKey('key-1'), path = '/realms/acme') {
  /** What may be changed while it runs. */
  const state = {
    keys: [publicJwk(key)] as unknown[],
    failure: undefined as Failure | undefined,
    metadata: {} as Record<string, unknown>,
    /** Answers wait for it. */
    gate: undefined as Promise<void> | undefined,
    /** Which of the two places has the metadata. */
    metadataAt: `${path}/.well-known/openid-configuration`,
  }
  const requests: string[] = []
  let issuer = ''

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(request.url ?? '')
    await state.gate
    if (state.failure !== undefined) return fail(state.failure, response)
    response.setHeader('content-type', 'application/json')
    if (request.url === '/keys') return void response.end(JSON.stringify({ keys: state.keys }))
    if (request.url !== state.metadataAt) return void response.writeHead(404).end('{}')
    const origin = new URL(issuer).origin
    response.end(JSON.stringify({ issuer, jwks_uri: `${origin}/keys`, ...state.metadata }))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  issuer = `http://127.0.0.1:${port}${path}`
  return {
    issuer,
    origin: `http://127.0.0.1:${port}`,
    key,
    state,
    requests,
    /** How often the keys were asked for. */
    asked: () => requests.filter(url => url === '/keys').length,
    publish: (...keys: readonly SigningKey[]) => {
      state.keys = keys.map(publicJwk)
    },
    /** Makes it wait with its answers until the returned function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      state.gate = promise
      return resolve
    },
    sign({ key: signingKey = key, header = {}, claims = {} }: SignOptions = {}): string {
      const { kid, alg } = signingKey
      return signText(
        JSON.stringify({ alg, typ: 'at+jwt', kid, ...header }),
        JSON.stringify({ ...goodClaims(issuer), ...claims }),
        signingKey,
      )
    },
    /** A configuration as the file's author would write it, with its defaults. */
    config: (more: Readonly<Record<string, unknown>> = {}): JwtConfig =>
      jwtSchema.parse({
        type: 'jwt',
        issuer,
        audience: AUDIENCE,
        roles: 'groups',
        organization: 'org',
        ...more,
      }),
  }
}

function fail(failure: Failure, response: ServerResponse): void {
  if (failure === 'reset') response.destroy()
  else if (failure === 'status') response.writeHead(500).end('{"keys":[]}')
  else if (failure === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end()
  else if (failure === 'garbage') response.end('<html>')
  else {
    response.on('error', () => {})
    const chunk = ' '.repeat(65_536)
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  }
}

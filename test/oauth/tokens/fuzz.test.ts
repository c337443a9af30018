/** Whatever is sent to the endpoints for tokens, the answer is a deliberate one of 4xx, and nothing is given or ended. */
import fc from 'fast-check'
import t from 'tap'
import type { OAuthRoute } from '../../../src/oauth/http.ts'
import { anyCharacter } from '../../any-character.ts'
import {
  answered,
  approve,
  CLIENT,
  connect,
  createRooms,
  MACHINE,
  redemption,
  refreshing,
  request,
} from './rooms.ts'

const NAMES = [
  'grant_type',
  'client_id',
  'client_secret',
  'code',
  'code_verifier',
  'redirect_uri',
  'refresh_token',
  'resource',
  'scope',
  'assertion',
  'token',
  'token_type_hint',
]
const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
]

const rooms = createRooms()
const connected = await connect(rooms)
const { code, grant } = await approve(rooms)
const secrets = [connected.access, connected.refresh, connected.code, code]

/** Near to a real one: cut, doubled, in other case, with something inside. */
const mangled = fc
  .tuple(fc.constantFrom(...secrets), fc.nat(48), fc.string({ unit: anyCharacter, maxLength: 4 }), fc.nat(4))
  .map(([secret, at, text, how]) => {
    if (how === 0) return secret.slice(0, at)
    if (how === 1) return secret.slice(0, at) + text + secret.slice(at)
    if (how === 2) return secret.toUpperCase()
    if (how === 3) return secret + secret
    return secret.replace(/o[art][tc]_/, text)
  })
  .filter(text => !secrets.includes(text))
const value = fc.oneof(
  mangled,
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    ...GRANT_TYPES,
    CLIENT.id,
    'cli_2',
    MACHINE.id,
    'x.y.z',
    '*',
    '../..',
    '__proto__',
    '{TOKEN}',
  ),
  fc.base64String({ maxLength: 400 }),
)
const form = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 })), value), { maxLength: 14 })
  .map(entries => new URLSearchParams(entries).toString())
/** Complete but for what matters. */
const almost = fc.oneof(
  mangled.map(text => redemption(text)),
  mangled.map(text => refreshing(text)),
  fc
    .tuple(value, value)
    .map(([verifier, redirect]) =>
      redemption(code, { code_verifier: `${verifier}!`, redirect_uri: redirect }),
    ),
  value.map(scope => refreshing(connected.refresh, { scope: `${scope} x` })),
  value.map(resource => refreshing(connected.refresh, { resource: `x${resource}` })),
  value.map(assertion => ({
    grant_type: GRANT_TYPES[3],
    client_id: MACHINE.id,
    client_secret: '1_hcm',
    assertion,
  })),
)

async function refuses(route: OAuthRoute, body: string): Promise<void> {
  const { status, error, body: json } = await answered(route.endpoint(request(body)))
  if (!(status >= 400 && status < 500 && error !== undefined))
    throw new Error(`${status} ${error} ${JSON.stringify(json)}`)
}

t.test('any form', async t => {
  await fc.assert(
    fc.asyncProperty(form, body => refuses(rooms.token, body)),
    { numRuns: 2_000 },
  )
  t.pass()
})

t.test('any text as a body', async t => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: anyCharacter, maxLength: 300 }), body => refuses(rooms.token, body)),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('complete requests with something that is not right', async t => {
  await fc.assert(
    fc.asyncProperty(almost, sent => {
      const entries = Object.entries(sent).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      )
      return refuses(rooms.token, new URLSearchParams(entries).toString())
    }),
    { numRuns: 1_500 },
  )
  t.pass()
})

t.test('any token to revoke or to ask about: 200, and it tells and ends nothing', async t => {
  await fc.assert(
    fc.asyncProperty(value, async token => {
      const ask = new URLSearchParams({ client_id: MACHINE.id, client_secret: '1_hcm', token: `${token}x` })
      const told = await answered(rooms.introspection.endpoint(request(ask.toString())))
      const revoked = await answered(rooms.revocation.endpoint(request(ask.toString())))
      return told.status === 200 && told.body.active === false && revoked.status === 200
    }),
    { numRuns: 1_000 },
  )
  t.pass()
})

t.test('and after all that, everything is as it was', async t => {
  t.ok(await rooms.principalOf(connected.access))
  t.ok(await rooms.grants.find(connected.grant))
  t.ok(await rooms.grants.find(grant.id))
  t.equal(rooms.store.revocations.size, 0)
  const { status } = await rooms.token.endpoint(
    request(new URLSearchParams(redemption(code) as Record<string, string>).toString()),
  )
  t.equal(status, 200)
})

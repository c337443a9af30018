import { createPrivateKey } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { createSigningKeys } from '../../../src/upstream/credentials/signing-keys.ts'
import { createPem } from './fixtures.ts'

t.test('what is signed verifies with the published keys, and names its own', async t => {
  const [first, second] = [createPem(), createPem()]
  const keys = createSigningKeys({ keys: [{ value: first }, { value: second }] })
  const token = await keys.sign({ sub: 'ada' })
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys.published))
  t.equal(payload.sub, 'ada')
  t.strictSame(protectedHeader, { alg: 'ES256', typ: 'JWT', kid: keys.published.keys[0]?.kid })
})

t.test('the public parts are published, with their thumbprints, and nothing of the private ones', async t => {
  const pems = [createPem(), createPem()]
  const { published } = createSigningKeys({ keys: pems.map(value => ({ value })) })
  t.equal(published.keys.length, 2)
  for (const [index, jwk] of published.keys.entries()) {
    t.strictSame(Object.keys(jwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    t.match(jwk, { alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256' })
    t.equal(jwk.kid, await calculateJwkThumbprint(jwk))
    const { d } = createPrivateKey(pems[index] ?? '').export({ format: 'jwk' })
    t.notMatch(JSON.stringify(published), String(d))
  }
})

t.test('the next key is known before it signs, and the last one after', async t => {
  const [old, next] = [{ value: createPem() }, { value: createPem() }]
  const before = createSigningKeys({ keys: [old] })
  const announced = createSigningKeys({ keys: [old, next] })
  const changed = createSigningKeys({ keys: [next, old] })
  const verifies = async (token: string, { published }: typeof before) =>
    jwtVerify(token, createLocalJWKSet(published)).then(
      () => true,
      () => false,
    )
  t.ok(await verifies(await announced.sign({}), before), 'who has the keys from before')
  t.ok(await verifies(await changed.sign({}), announced), 'who has them from when it was announced')
  t.ok(await verifies(await announced.sign({}), changed), 'who has new keys and an old token')
  t.notOk(await verifies(await changed.sign({}), before), 'nobody else: why it is announced first')
})

t.test('a text that is no key is refused without being shown', async t => {
  for (const value of ['', 's3cr3t', '-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END PRIVATE KEY-----']) {
    t.throws(() => createSigningKeys({ keys: [{ value }] }), {
      code: 'configuration_invalid',
      message: /^(?!.*s3cr3t)/,
    })
  }
  t.throws(() => createSigningKeys({ keys: [] }), { code: 'configuration_invalid' })
})

/** Signed revocations (Standard Webhooks): what a signature allows, and what is none. */
import { request } from 'node:http'
import t from 'tap'
import { rpc } from '../build.ts'
import { ADMIN, type AdminGateway, adminGateway, OLDER_SECRET, SECRET, signed } from './gateway.ts'

const now = () => Math.floor(Date.now() / 1_000)
const BODY = JSON.stringify({ kind: 'subject', value: 'ada' })

/** Sends a signed body as it is. */
function send({ ask }: AdminGateway, body: string, headers: Record<string, string>, path = '/revocations') {
  return ask('POST', path, { body, headers, token: null })
}

const INVALID = { status: 401, body: { error: { code: 'invalid_signature' } } }

t.test('a signed message revokes, with any of the secrets, and is on record', async t => {
  const gateway = await adminGateway(t)
  const { mint, url, audit } = gateway
  for (const [index, secret] of [SECRET, OLDER_SECRET].entries()) {
    const { token } = await mint(['read:*'], { subject: `user ${index}` })
    t.equal((await rpc(url, token, 'tools/list')).status, 200)
    const body = JSON.stringify({ kind: 'subject', value: `user ${index}` })
    t.match(await send(gateway, body, signed(body, { secret })), { status: 201, body: { kind: 'subject' } })
    t.equal((await rpc(url, token, 'tools/list')).status, 401)
  }
  t.match(
    audit().findLast(({ event }) => event === 'admin'),
    {
      operation: 'createRevocation',
      outcome: 'ok',
      arguments: { kind: 'subject', value: 'user 1', webhook: 'msg_1' },
    },
  )
})

t.test('of several signatures one is enough, others are not read', async t => {
  const gateway = await adminGateway(t)
  const good = signed(BODY)
  const signature = good['webhook-signature'] ?? ''
  for (const list of [`v1a,AAAA ${signature}`, `v1,AAAA ${signature} v2,x`, `${signature} ${signature}`]) {
    t.equal((await send(gateway, BODY, { ...good, 'webhook-signature': list })).status, 201, list)
  }
  const late = `${'v1,x '.repeat(8)}${signature}`
  t.match(await send(gateway, BODY, { ...good, 'webhook-signature': late }), INVALID, 'not beyond eight')
})

t.test('forged: another secret, body, id, time, scheme or encoding', async t => {
  const gateway = await adminGateway(t)
  const { app, audit } = gateway
  const good = signed(BODY)
  const signature = good['webhook-signature'] ?? ''
  const forged: Record<string, [string, Record<string, string>]> = {
    'another secret': [BODY, signed(BODY, { secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` })],
    'another body': [BODY.replace('ada', 'bob'), good],
    'another space': [`${BODY} `, good],
    'an empty body': ['', good],
    'another id': [BODY, { ...good, 'webhook-id': 'msg_2' }],
    'another time': [BODY, { ...good, 'webhook-timestamp': String(now() + 1) }],
    'the dot moved': [BODY, signedAs('msg_1.1', now(), { ...signed(BODY, { id: 'msg_1' }) })],
    'a dot in the id': [BODY, signed(BODY, { id: 'msg.1' })],
    'no version': [BODY, { ...good, 'webhook-signature': signature.slice(3) }],
    'another version': [BODY, { ...good, 'webhook-signature': signature.replace('v1', 'v2') }],
    'an empty signature': [BODY, { ...good, 'webhook-signature': 'v1,' }],
    'a cut signature': [BODY, { ...good, 'webhook-signature': signature.slice(0, -4) }],
    base64url: [BODY, { ...good, 'webhook-signature': 'v1,__________________________________________8=' }],
    commas: [BODY, { ...good, 'webhook-signature': `v1,x,${signature}` }],
    hexadecimal: [
      BODY,
      { ...good, 'webhook-signature': `v1,${Buffer.from(signature.slice(3), 'base64').toString('hex')}` },
    ],
  }
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    const { [name]: _, ...others } = good
    forged[`without ${name}`] = [BODY, others]
    forged[`${name} alone`] = [BODY, { [name]: good[name] ?? '' }]
    forged[`an empty ${name}`] = [BODY, { ...good, [name]: '' }]
  }
  for (const [name, [body, headers]] of Object.entries(forged)) {
    t.match(await send(gateway, body, headers), INVALID, name)
  }
  await app.store.fresh()
  t.equal(app.store.revocations.size, 0)
  const last = audit().findLast(({ event }) => event === 'admin')
  t.match(last, { outcome: 'denied', code: 'invalid_signature' })
  t.notMatch(JSON.stringify(audit()), signature.slice(3))
})

/** A signature made for one id, sent with another id that would read the same if it were not told apart. */
function signedAs(id: string, at: number, headers: Record<string, string>): Record<string, string> {
  return { ...headers, 'webhook-id': id, 'webhook-timestamp': String(at) }
}

t.test('a signature is taken for five minutes around its time', async t => {
  const gateway = await adminGateway(t)
  for (const [offset, status] of [
    [-295, 201],
    [295, 201],
    [-302, 401],
    [302, 401],
    [-86_400, 401],
  ] as const) {
    const at = now() + offset
    t.equal(
      (await send(gateway, BODY, signed(BODY, { at, id: `msg${offset}` }))).status,
      status,
      `${offset} s`,
    )
  }
  for (const written of [
    '',
    '0',
    '-1',
    '1e9',
    `${now()}.0`,
    ` ${now()}x`,
    `${now()}000`,
    '0x6',
    'NaN',
    `+${now()}`,
  ]) {
    const headers = { ...signed(BODY), 'webhook-timestamp': written }
    t.match(await send(gateway, BODY, headers), INVALID, `time ${written}`)
  }
})

t.test('a replay is answered as before and does nothing: what was lifted or minted since stands', async t => {
  const gateway = await adminGateway(t)
  const { ask, mint, url } = gateway
  const headers = signed(BODY)
  const first = await send(gateway, BODY, headers)
  t.equal(first.status, 201)
  const { token } = await mint(['read:*'], { subject: 'ada' })
  t.equal((await rpc(url, token, 'tools/list')).status, 200, 'a new token is newer than the revocation')
  t.match(await send(gateway, BODY, headers), { status: 201, body: first.body })
  t.equal((await rpc(url, token, 'tools/list')).status, 200)
  t.equal((await ask('DELETE', '/revocations/subject/ada')).status, 204)
  t.match(await send(gateway, BODY, headers), { status: 201, body: { kind: 'subject', value: 'ada' } })
  t.strictSame((await ask('GET', '/revocations')).body, { revocations: [] })
  t.equal((await send(gateway, BODY, signed(BODY, { id: 'msg_2' }))).status, 201, 'a new message is none')
  t.equal((await rpc(url, token, 'tools/list')).status, 401)
})

t.test('a message that failed is acted upon when it comes again', async t => {
  const gateway = await adminGateway(t)
  const { app, ask } = gateway
  const { revoke } = app.store
  const headers = signed(BODY)
  app.store.revoke = () => Promise.reject(new Error('lost'))
  t.equal((await send(gateway, BODY, headers)).status, 500)
  app.store.revoke = revoke
  t.equal((await send(gateway, BODY, headers)).status, 201)
  t.match((await ask('GET', '/revocations')).body, { revocations: [{ value: 'ada' }] })
})

t.test('a signature allows to revoke and to recheck, and nothing else', async t => {
  const gateway = await adminGateway(t)
  const { ask, mint, app } = gateway
  const { id } = await mint(['read:*'])
  const recheck = JSON.stringify({ kind: 'credential', value: id, recheck: true })
  t.match(await send(gateway, recheck, signed(recheck)), { status: 201, body: { recheck: true } })
  const before = (await app.store.listTokens()).length
  for (const [method, path, body] of [
    ['GET', '/revocations', ''],
    ['DELETE', `/revocations/credential/${id}`, ''],
    ['POST', '/tokens', JSON.stringify({ name: 'n', scopes: ['*'] })],
    ['GET', '/tokens', ''],
    ['DELETE', `/tokens/${id}`, ''],
    ['POST', `/tokens/${id}/rotate`, JSON.stringify({ overlap: '0s' })],
    ['GET', '/openapi.json', ''],
  ] as const) {
    const options = { headers: signed(body), token: null, ...(body !== '' && { body }) }
    t.match(
      await ask(method, path, options),
      { status: 403, body: { error: { code: 'access_denied' } } },
      path,
    )
  }
  const tokens = await app.store.listTokens()
  t.equal(tokens.length, before)
  t.ok(tokens.every(({ revokedAt }) => revokedAt === undefined))
})

t.test('a signature and a credential together are refused, and a header that is there twice', async t => {
  const gateway = await adminGateway(t)
  const { ask, operator, app, origin } = gateway
  const both = { body: BODY, headers: signed(BODY) }
  const ambiguous = { status: 400, body: { error: { code: 'ambiguous_credentials' } } }
  t.match(await ask('POST', '/revocations', both), ambiguous)
  t.match(await ask('POST', '/revocations', { ...both, token: 'not even one' }), ambiguous)
  t.match(
    await ask('POST', '/revocations', { ...both, token: operator, headers: { 'webhook-id': '' } }),
    ambiguous,
  )
  for (const name of ['webhook-id', 'webhook-timestamp', 'Webhook-Signature']) {
    const pairs = Object.entries({ ...signed(BODY), 'content-type': 'application/json' }).flat()
    const again = Object.entries(signed(BODY)).find(([key]) => key === name.toLowerCase())?.[1] ?? ''
    t.equal(await sendRaw(origin, [...pairs, name, again], BODY), 401, name)
    t.equal(await sendRaw(origin, [name, 'x', ...pairs], BODY), 401, name)
  }
  t.equal(
    await sendRaw(origin, [...Object.entries(signed(BODY)).flat(), 'content-type', 'application/json'], BODY),
    201,
  )
  await app.store.fresh()
  t.equal(app.store.revocations.size, 1)
})

t.test('without secrets no signature is taken', async t => {
  const gateway = await adminGateway(t, config => ({ ...config, admin: { ...ADMIN, webhook: undefined } }))
  t.match(await send(gateway, BODY, signed(BODY)), INVALID)
  t.match(await send(gateway, BODY, signed(BODY, { secret: 'whsec_' })), INVALID)
})

/** Sends headers as they are, twice the same ones too. Resolves to the status. */
function sendRaw(origin: string, headers: string[], body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(origin)
    const length = ['content-length', String(Buffer.byteLength(body)), 'host', host]
    request(`${origin}/admin/revocations`, { method: 'POST', headers: [...headers, ...length] }, response => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(body)
  })
}

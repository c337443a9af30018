/** Tokens over HTTP: made, listed in pages, replaced, revoked; and that each is on record without itself. */
import t from 'tap'
import { hashToken } from '../../src/auth/hash-token.ts'
import { rpc } from '../build.ts'
import { adminGateway } from './gateway.ts'

t.test(
  'a token is made, shown once, good for what it says, and warned of where it opens nothing',
  async t => {
    const { ask, url, audit } = await adminGateway(t)
    const body = {
      name: 'CI',
      scopes: ['read:invoices', 'reed:*'],
      subject: 'ada',
      organization: 'org-1',
      roles: ['boss'],
      expiresIn: '90d',
    }
    const made = await ask('POST', '/tokens', { body })
    const { token, id, warnings, createdAt, expiresAt, hint, ...rest } = made.body
    t.equal(made.status, 201)
    t.match(token, /^tally_pat_[\w-]{32}$|^[a-z_]+pat_[\w-]{32}$/)
    t.match(id, /^tok_/)
    t.ok(token.startsWith(hint))
    t.strictSame(warnings, ['The scope reed:* opens no tool of this gateway.'])
    t.equal(Date.parse(expiresAt) - Date.parse(createdAt), 90 * 86_400_000)
    const { expiresIn: _, ...asked } = body
    t.strictSame(rest, asked)
    const listed = await rpc(url, token, 'tools/list')
    t.equal(listed.status, 200)
    t.ok(listed.body.result.tools.length > 0)
    t.match(
      audit().find(({ operation }) => operation === 'createToken'),
      {
        outcome: 'ok',
        subject: 'root',
        arguments: { name: 'CI', subject: 'ada', scopes: body.scopes, roles: ['boss'], id },
      },
    )
    const all = await ask('GET', '/tokens?subject=ada')
    t.match(all.body, { tokens: [{ id, name: 'CI' }], next: undefined })
    for (const secret of [token, token.slice(-20), hashToken(token)]) {
      t.notMatch(JSON.stringify([audit(), all.body]), secret)
    }
  },
)

t.test('what can’t be a token is refused in words, and none is made', async t => {
  const { ask, app } = await adminGateway(t)
  const before = (await app.store.listTokens()).length
  const good = { name: 'n', scopes: ['*'] }
  for (const [body, words] of [
    [{}, /name: must be a text; scopes: must be a list/],
    [{ ...good, name: '' }, /1 to 64 characters/],
    [{ ...good, name: 'x'.repeat(65) }, /1 to 64 characters/],
    [{ ...good, name: 'a\u202eb' }, /control/],
    [{ ...good, scopes: [] }, /at least one scope/],
    [{ ...good, scopes: ['read a'] }, /no spaces/],
    [{ ...good, scopes: '*' }, /scopes: must be a list/],
    [{ ...good, scopes: Array(101).fill('*') }, /at most 100/],
    [{ ...good, roles: [7] }, /roles.0: must be a text/],
    [{ ...good, roles: ['\u0000'] }, /control/],
    [{ ...good, subject: ' ' }, /subject/],
    [{ ...good, organization: null }, /organization: must be a text/],
    [{ ...good, expiresAt: '2001-01-01T00:00:00Z' }, /in the future/],
    [{ ...good, expiresIn: '1d', expiresAt: '2099-01-01T00:00:00Z' }, /exclude each other/],
    [{ ...good, expiresIn: '999999999d' }, /span of time/],
    [{ ...good, hash: 'x', id: 'tok_mine' }, /hash is not known here; id is not known here/],
    [{ ...good, sequence: 9, revokedAt: null, token: 'mine' }, /not known here/],
  ] as const) {
    const answered = await ask('POST', '/tokens', { body })
    t.match(answered, { status: 400, body: { error: { code: 'invalid_params', message: words } } })
  }
  t.equal((await app.store.listTokens()).length, before)
})

t.test('pages hold every token once, and when it was last used', async t => {
  const { ask, mint, app } = await adminGateway(t)
  for (let i = 0; i < 7; i++) await mint(['read:*'], { subject: i % 2 === 0 ? 'even' : 'odd' })
  const all = (await app.store.listTokens()).map(({ id }) => id)
  for (const limit of [1, 3, 8, 100]) {
    const ids: string[] = []
    for (let after = ''; ; ) {
      const { status, body } = await ask('GET', `/tokens?limit=${limit}${after}`)
      t.equal(status, 200)
      t.ok(body.tokens.length <= limit)
      ids.push(...body.tokens.map((token: { id: string }) => token.id))
      if (body.next === undefined) break
      after = `&after=${body.next}`
    }
    t.strictSame(ids.toSorted(), all.toSorted(), `${limit} at a time`)
  }
  const odd = await ask('GET', '/tokens?subject=odd&limit=3')
  t.equal(odd.body.tokens.length, 3)
  t.equal(odd.body.next, undefined)
  t.equal((await ask('GET', '/tokens?subject=nobody')).body.tokens.length, 0)
  t.equal((await ask('GET', '/tokens?after=tok_none')).status, 404)
  const [record] = await app.store.listTokens()
  if (record === undefined) throw new Error('no token')
  await app.store.restoreTokens([{ ...record, lastUsedAt: Date.UTC(2026, 6, 28, 9) }])
  const [first, second] = (await ask('GET', '/tokens?limit=2')).body.tokens
  t.match(first, { id: record.id, lastUsedAt: '2026-07-28T09:00:00.000Z' })
  t.notOk('lastUsedAt' in second)
})

t.test('a token is replaced: both are good during the overlap, and only until it ends', async t => {
  const { ask, mint, url, app } = await adminGateway(t)
  const status = async (token: string) => (await rpc(url, token, 'tools/list')).status
  const old = await mint(['read:*'], { subject: 'ada', organization: 'org-1', roles: ['boss'] })
  const rotated = await ask('POST', `/tokens/${old.id}/rotate`, { body: { overlap: '1h' } })
  t.match(rotated, {
    status: 201,
    body: {
      name: 'test',
      subject: 'ada',
      organization: 'org-1',
      roles: ['boss'],
      scopes: ['read:*'],
      expiresAt: undefined,
    },
  })
  t.strictSame([await status(old.token), await status(rotated.body.token)], [200, 200])
  const left = ((await app.store.getToken(old.id))?.expiresAt ?? 0) - Date.now()
  t.ok(left > 3_590_000 && left <= 3_600_000)
  await app.store.endToken(old.id, Date.now() - 1)
  t.strictSame([await status(old.token), await status(rotated.body.token)], [401, 200])
  t.match(await ask('POST', `/tokens/${old.id}/rotate`, { body: { overlap: '1h' } }), {
    status: 409,
    body: { error: { message: /has expired/ } },
  })
  const { id, token } = rotated.body
  const next = await ask('POST', `/tokens/${id}/rotate`, { body: { overlap: '0s' } })
  t.strictSame([next.status, await status(token), await status(next.body.token)], [201, 401, 200])
  t.match(await ask('POST', `/tokens/${id}/rotate`, { body: { overlap: '0s' } }), { status: 409 })
  t.equal((await ask('DELETE', `/tokens/${next.body.id}`)).status, 204)
  t.equal((await ask('DELETE', `/tokens/${next.body.id}`)).status, 204, 'once more does no harm')
  t.equal(await status(next.body.token), 401)
})

t.test('a rotation brings nobody back whose subject or organisation was revoked', async t => {
  const { ask, mint, app } = await adminGateway(t)
  for (const [kind, value] of [
    ['subject', 'ada'],
    ['organization', 'org-1'],
  ] as const) {
    const { id } = await mint(['read:*'], {
      subject: kind === 'subject' ? 'ada' : 'bob',
      organization: 'org-1',
    })
    await ask('POST', '/revocations', { body: { kind, value } })
    const before = (await app.store.listTokens()).length
    t.match(await ask('POST', `/tokens/${id}/rotate`, { body: { overlap: '1h' } }), {
      status: 409,
      body: { error: { message: /is revoked/ } },
    })
    t.equal((await app.store.listTokens()).length, before)
  }
})

t.test('a rotation that fails half way leaves no token that anybody could use', async t => {
  const { ask, mint, app } = await adminGateway(t)
  const { id } = await mint(['read:*'])
  const { endToken } = app.store
  app.store.endToken = () => Promise.reject(new Error('lost'))
  t.equal((await ask('POST', `/tokens/${id}/rotate`, { body: { overlap: '1h' } })).status, 500)
  app.store.endToken = endToken
  const tokens = await app.store.listTokens()
  t.equal(tokens.at(-1)?.id === id, false)
  t.ok(
    tokens.find(token => token.name === 'test' && token.id !== id && token.subject === 'tester')?.revokedAt,
  )
  t.equal((await app.store.getToken(id))?.revokedAt, undefined)
})

t.test('an operator can end its own token; a new operator is made only by one', async t => {
  const { ask, app, operator } = await adminGateway(t)
  const own = (await app.store.listTokens()).find(({ subject }) => subject === 'root')?.id
  const other = await ask('POST', '/tokens', {
    body: { name: 'ops', scopes: ['read:*'], roles: ['operator'] },
  })
  t.equal((await ask('DELETE', `/tokens/${own}`)).status, 204)
  t.equal((await ask('GET', '/tokens', { token: operator })).status, 401)
  t.equal((await ask('GET', '/tokens', { token: other.body.token })).status, 200)
})

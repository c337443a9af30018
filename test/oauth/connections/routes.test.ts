/** The page of connected apps: what is listed, whose it is, and what ending it does. */
import t, { type Test } from 'tap'
import { mintToken } from '../../../src/auth/mint-token.ts'
import { completeConfig } from '../../../src/config/complete-config.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { PosternError } from '../../../src/errors.ts'
import { createConnectionRoutes } from '../../../src/oauth/connections/routes.ts'
import { createGrants } from '../../../src/oauth/grants/create-grants.ts'
import type { OAuthAnswer, OAuthEvent, OAuthRequest } from '../../../src/oauth/http.ts'
import type { Person } from '../../../src/oauth/person.ts'
import { createSessions } from '../../../src/oauth/sign-in/sessions.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { connectClient } from '../connect-client.ts'
import { makeRequest } from '../make-request.ts'
import { oauthOf } from '../oauth-config.ts'

const SITE = 'https://mcp.acme.example'
const OIDC = { type: 'oidc', issuer: 'https://id.acme.example', clientId: 'postern' }
const SECOND = { ...OIDC, name: 'second', title: 'Second' }
const ADA: Person = {
  subject: 'ada',
  organization: 'acme',
  roles: [],
  scopes: undefined,
  display: 'Ada',
  way: 'oidc',
  credential: undefined,
}

t.test('somebody who has not signed in is sent to where they do', async t => {
  const { get, post } = build(t)
  t.equal((await get()).headers?.location, '/oauth/sign-in?next=connections')
  t.match(await post('revoke=gra_x&csrf=x'), { status: 303, headers: { location: '/connections' } })
})

t.test('their own connections and tokens are listed, with scopes in words', async t => {
  const { signIn, connect, mint, get } = build(t)
  await connect(ADA, 'Claude')
  await mint({ name: 'nightly', subject: 'ada', organization: 'acme' })
  await signIn(ADA)
  const html = htmlOf(await get())
  t.match(html, 'Claude')
  t.match(html, 'verified: <bdi><strong>claude.ai')
  t.match(html, 'See everything <code>read:*')
  t.match(html, 'Acme Billing <code>https://mcp.acme.example/mcp')
  t.match(html, 'nightly')
  t.match(html, /acme_pat_[\w-]{1,8}…/)
})

t.test('what belongs to others of the same subject is not listed, and can’t be ended', async t => {
  const { signIn, connect, mint, get, revoke, grants, store } = build(t, [OIDC, SECOND])
  const foreign = [
    await connect({ ...ADA, way: 'second' }, 'OtherWay'),
    await connect({ ...ADA, organization: 'globex' }, 'OtherOrganization'),
    await connect({ ...ADA, organization: undefined }, 'NoOrganization'),
    await connect({ ...ADA, subject: 'eve' }, 'OtherSubject'),
  ]
  const token = await mint({ name: 'of-somebody', subject: 'ada', organization: 'acme' })
  await signIn(ADA)
  const html = htmlOf(await get())
  t.match(html, 'No app can use Acme Billing in the name of')
  t.notMatch(html, /OtherWay|OtherOrganization|NoOrganization|OtherSubject|of-somebody/)
  t.match(html, 'when you sign in that way')
  for (const id of [...foreign, token, 'gra_none', 'tok_none', '', 'crd_x', '../x']) {
    const answer = await revoke(id)
    t.equal(answer.status, 404, id)
    t.match(htmlOf(answer), 'role="alert">This is not among your apps', id)
  }
  for (const id of foreign) t.ok(await grants.find(id), 'still alive')
  t.equal((await store.getToken(token))?.revokedAt, undefined)
})

t.test('tokens of the subject are theirs where the way says so, of the same organisation only', async t => {
  const { signIn, mint, get } = build(t, [{ ...OIDC, ownTokens: true }, SECOND])
  await mint({ name: 'mine', subject: 'ada', organization: 'acme' })
  await mint({ name: 'elsewhere', subject: 'ada', organization: 'globex' })
  await mint({ name: 'nowhere', subject: 'ada' })
  await signIn(ADA)
  const html = htmlOf(await get())
  t.match(html, 'mine')
  t.notMatch(html, /elsewhere|nowhere/)
})

t.test('the only way can be told not to', async t => {
  const { signIn, mint, get } = build(t, [{ ...OIDC, ownTokens: false }])
  await mint({ name: 'minted', subject: 'ada', organization: 'acme' })
  await signIn(ADA)
  t.notMatch(htmlOf(await get()), 'minted')
})

t.test('ending a connection ends it, is said, and is recorded; the second time there is none', async t => {
  const { signIn, connect, revoke, grants, store, events } = build(t)
  const id = await connect(ADA, 'Claude')
  const other = await connect(ADA, 'Cursor')
  await signIn(ADA)
  const answer = await revoke(id)
  t.equal(answer.status, 200)
  t.match(htmlOf(answer), 'role="status">Claude is disconnected.')
  t.match(htmlOf(answer), 'Cursor')
  t.equal(await grants.find(id), undefined)
  await store.fresh()
  t.match(store.revocations.find('credential', id), { recheck: false })
  t.ok(await grants.find(other))
  t.match(events, [{ type: 'revoked', subject: 'ada', grant: id, client: 'https://claude.ai/Claude' }])
  t.equal((await revoke(id)).status, 404)
  t.equal(events.length, 1)
})

t.test('revoking a token revokes it', async t => {
  const { signIn, mint, revoke, store, events, get } = build(t)
  const id = await mint({ name: 'nightly', subject: 'ada', organization: 'acme' })
  await signIn(ADA)
  t.match(htmlOf(await revoke(id)), 'The access token “nightly” is revoked.')
  t.type((await store.getToken(id))?.revokedAt, 'number')
  t.match(events, [{ type: 'revoked', subject: 'ada', token: id }])
  t.notMatch(htmlOf(await get()), 'nightly')
})

t.test('an access token of a connection is not a token of theirs', async t => {
  const { signIn, mint, revoke, store } = build(t)
  const oauth = {
    grant: 'gra_1',
    client: 'c',
    resource: `${SITE}/mcp`,
    credential: undefined,
    sealed: undefined,
  }
  const id = await mint({ name: 'access', subject: 'ada', organization: 'acme' }, oauth)
  await signIn(ADA)
  t.equal((await revoke(id)).status, 404)
  t.equal((await store.getToken(id))?.revokedAt, undefined)
})

t.test(
  'a form without its token, with that of another browser, or of another site changes nothing',
  async t => {
    const { signIn, connect, post, get, grants } = build(t)
    const id = await connect(ADA, 'Claude')
    await signIn({ ...ADA, subject: 'eve' })
    const csrfOfEve = csrfOf(htmlOf(await get()))
    await signIn(ADA)
    const csrf = csrfOf(htmlOf(await get()))
    t.not(csrf, csrfOfEve)
    for (const body of [
      `revoke=${id}`,
      `revoke=${id}&csrf=`,
      `revoke=${id}&csrf=${csrfOfEve}`,
      'decision=sign-out',
    ])
      await t.rejects(post(body), { code: 'oauth_flow_ended', message: /Nothing was changed/ }, body)
    const good = `revoke=${id}&csrf=${csrf}`
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign)
      await t.rejects(post(good, headers), { code: 'oauth_flow_ended' }, JSON.stringify(headers))
    t.ok(await grants.find(id))
    t.equal((await post(good, { origin: SITE, 'sec-fetch-site': 'same-origin' })).status, 200)
  },
)

t.test('many are shown page by page, each once', async t => {
  const { signIn, connect, mint, get } = build(t)
  const expected = new Set<string>()
  for (let count = 0; count < 120; count++) {
    expected.add(await connect(ADA, `App${count}`))
    if (count % 2 === 0) await connect({ ...ADA, organization: 'globex' }, 'Foreign')
    expected.add(await mint({ name: `token${count}`, subject: 'ada', organization: 'acme' }))
    if (count % 3 === 0) await mint({ name: 'foreign', subject: 'ada' })
  }
  await signIn(ADA)
  const seen: string[] = []
  const waiting = ['']
  for (let query = waiting.shift(); query !== undefined; query = waiting.shift()) {
    const html = htmlOf(await get(query))
    t.notMatch(html, /Foreign|foreign/)
    const isLater = query !== ''
    const ids = [...html.matchAll(/name="revoke" value="((gra|tok)_[^"]+)"/g)].map(([, id = '']) => id)
    seen.push(...ids.filter(id => !isLater || id.startsWith(query.includes('afterToken') ? 'tok_' : 'gra_')))
    for (const [, link = ''] of html.matchAll(/href="\/connections\?([^"]+)"/g)) {
      const next = link.replaceAll('&#61;', '=').replaceAll('&#38;', '&')
      // Apps are followed first, then tokens from the first page.
      if (next.includes('after=') ? !next.includes('afterToken') : !query.includes('after='))
        waiting.push(next)
    }
  }
  t.equal(seen.length, expected.size)
  t.same(new Set(seen), expected)
})

t.test('where to go on from is no question about others', async t => {
  const { signIn, connect, mint, get } = build(t)
  await connect(ADA, 'Claude')
  await mint({ name: 'mine', subject: 'ada', organization: 'acme' })
  const foreign = await mint({ name: 'of-eve', subject: 'eve', organization: 'acme' })
  await signIn(ADA)
  for (const query of [`afterToken=${foreign}`, 'afterToken=tok_none', 'afterToken=%00', 'after=..%2f'])
    t.match(htmlOf(await get(query)), /Claude[\s\S]*mine/, query)
})

t.test('signing out ends the session, and nothing else', async t => {
  const { signIn, connect, post, get, grants } = build(t)
  const id = await connect(ADA, 'Claude')
  await signIn(ADA)
  const answer = await post(`decision=sign-out&csrf=${csrfOf(htmlOf(await get()))}`)
  t.match(htmlOf(answer), 'You are signed out')
  t.match(answer.cookies, [{ name: 'session', value: undefined }])
  t.equal((await get()).headers?.location, '/oauth/sign-in?next=connections')
  t.ok(await grants.find(id))
})

t.test('a store that can’t be asked promises nothing', async t => {
  const { signIn, connect, get, post, store } = build(t)
  const id = await connect(ADA, 'Claude')
  await signIn(ADA)
  const csrf = csrfOf(htmlOf(await get()))
  store.revoke = async () => {
    throw new PosternError('store_unavailable')
  }
  await t.rejects(post(`revoke=${id}&csrf=${csrf}`), { code: 'store_unavailable' })
})

function build(t: Test, signIn: readonly object[] = [OIDC]) {
  const parsed = configSchema.parse({
    name: 'acme',
    title: 'Acme Billing',
    publicUrl: SITE,
    apis: [{ name: 'acme', openapi: './x.json', credentials: { type: 'none' } }],
    auth: [{ type: 'token' }, { type: 'oauth', signIn }],
  })
  const config = completeConfig(parsed, '/etc/postern.yaml')
  const store = createMemoryStore()
  t.teardown(() => store.close())
  const events: OAuthEvent[] = []
  const surroundings = {
    store,
    now: Date.now,
    baseUrl: () => SITE,
    config: () => config,
    oauth: () => oauthOf(config),
    toolsOf: () => [],
    onEvent: (event: OAuthEvent) => void events.push(event),
  }
  const grants = createGrants(surroundings)
  const sessions = createSessions(surroundings)
  const routes = createConnectionRoutes({
    surroundings,
    grants,
    sessions,
  })
  let cookies: Record<string, string> = {}
  const ask = async (request: Partial<OAuthRequest>): Promise<OAuthAnswer> => {
    const route = routes.find(({ method }) => method === request.method)
    if (route === undefined) throw new Error('no route')
    return route.endpoint(makeRequest({ path: '/connections', cookies, ...request }))
  }
  const get = (query = '') => ask({ method: 'GET', query })
  const post = (body: string, headers: Record<string, string> = {}) => ask({ method: 'POST', body, headers })
  return {
    store,
    grants,
    events,
    get,
    post,
    revoke: async (id: string) =>
      post(`revoke=${encodeURIComponent(id)}&csrf=${csrfOf(htmlOf(await get()))}`),
    async signIn(person: Person) {
      const [cookie] = await sessions.begin(person, makeRequest())
      cookies = { session: cookie?.value ?? '' }
    },
    connect: (person: Person, name: string) =>
      connectClient(grants, person, { id: `https://claude.ai/${name}`, name }),
    async mint(
      { name, subject, organization }: { name: string; subject: string; organization?: string },
      oauthPart?: NonNullable<Parameters<typeof store.createToken>[0]['oauth']>,
    ) {
      const { record } = mintToken(
        {
          prefix: 'acme_pat_',
          name,
          subject,
          organization,
          roles: [],
          scopes: ['read:*'],
          expiresAt: undefined,
        },
        Date.now(),
      )
      await store.createToken({
        ...record,
        ...(oauthPart && { oauth: oauthPart, expiresAt: Date.now() + 3_600_000 }),
      })
      return record.id
    },
  }
}

function htmlOf({ body }: OAuthAnswer): string {
  if (body === undefined || !('html' in body)) throw new Error('no page')
  return body.html
}

function csrfOf(html: string): string {
  return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

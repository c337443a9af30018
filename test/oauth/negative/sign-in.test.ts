/** Ways of signing in that must not end in a code, and what is typed there (N42, N43, N49, N50), at real gateways. */
import { existsSync, readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Browser, Form, Page } from '../browser.ts'
import {
  authorizeUrl,
  decide,
  isOwn,
  listTools,
  type OAuthGateway,
  PUBLIC_URL,
  pkce,
  postForm,
  register,
  STORES,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { type Company, startCompany } from '../sign-in/company-provider.ts'
import { isArmoured, isRefusedHere, plain } from './answers.ts'
import { bodyOf, codeOf, forge, formOf, redeem, roam } from './browsing.ts'

const ME = {
  request: 'GET /v1/me',
  subject: 'id',
  organization: 'organization.id',
  scopes: 'token.scopes',
  roles: 'roles',
  cache: 0,
}
const TOKEN_WAY = { type: 'product', title: 'Tallybook', labels: ['Personal access token'], verify: ME }
const PAIR_WAY = {
  ...{
    type: 'product',
    name: 'pair',
    title: 'Tallybook by e-mail',
    headers: ['Email', 'Token'],
    subject: 'Email',
  },
  ...{ labels: ['E-mail', 'API token'], verify: ME },
}
const MINUTE = 60_000
const ORIGIN = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }

interface Scene {
  readonly gateway: OAuthGateway
  readonly company: Company
}

/** A client asks; the page on which the person chooses how to sign in. */
async function begin({ gateway }: Pick<Scene, 'gateway'>, browser: Browser) {
  const clientId = await register(gateway.node)
  const { verifier, challenge } = pkce()
  const url = authorizeUrl(clientId, challenge)
  return { page: await browser.follow(await browser.open(url), isOwn), clientId, verifier, url }
}

function formOfWay(page: Page, way: string): Form {
  const form = page.forms.find(({ fields }) => fields.way === way)
  if (form === undefined) throw new Error(`no way ${way} at ${page.status}: ${page.html}`)
  return form
}

/** Presses the company's button, and is signed in there; the address that the company sends the browser back to. */
async function goThere({ company }: Scene, browser: Browser, page: Page): Promise<string> {
  const answer = await browser.submit(page, formOfWay(page, 'oidc'))
  return company.visit(answer.location ?? '')
}

function countOf({ gateway }: Pick<Scene, 'gateway'>, operation: string, text = ''): number {
  const lines = gateway.written().split('\n')
  return lines.filter(line => line.includes(`"operation":"${operation}"`) && line.includes(text)).length
}

function redemptions({ company }: Scene): number {
  return company.asked.filter(path => path.endsWith('/token')).length
}

/** The trip still ends well where it belongs: in a code. */
async function endsWell(
  t: Test,
  scene: Scene,
  browser: Browser,
  callback: string,
  asked: { clientId: string; verifier: string },
): Promise<void> {
  const consent = await browser.follow(await browser.open(callback), isOwn)
  const code = (await decide(browser, consent, 'approve')).searchParams.get('code') ?? ''
  t.equal((await redeem(scene.gateway.node, { ...asked, code })).status, 200, 'and is good where it belongs')
}

const CASES: Readonly<Record<string, (t: Test, scene: Scene) => Promise<void>>> = {
  'N42: the way back from the company counts in the browser that was sent there': async (t, scene) => {
    const { nodes } = scene.gateway
    const [mine, theirs] = [roam(nodes), roam(nodes)]
    const before = scene.company.asked.length
    const asked = await begin(scene, mine.browser)
    t.equal(scene.company.asked.length, before, 'nothing goes to the company before the button is pressed')
    mine.goTo(1)
    const callback = await goThere(scene, mine.browser, asked.page)
    const other = await begin(scene, theirs.browser)
    const [redeemed, signedIn] = [redemptions(scene), countOf(scene, 'signed_in')]
    const [name = '', secret = ''] = [...mine.browser.cookies].find(([key]) => key.includes('flow_')) ?? []
    const [, foreign = ''] = [...theirs.browser.cookies].find(([key]) => key.includes('flow_')) ?? []
    const jars: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      none: [],
      'of somebody who signs in, too': [...theirs.browser.cookies],
      'another secret under the name': [[name, foreign]],
      'without __Host-': [[name.replace('__Host-', ''), secret]],
      altered: [[name, secret.replace(/^./, sign => (sign === 'A' ? 'B' : 'A'))]],
    }
    for (const [about, cookies] of Object.entries(jars)) {
      for (const node of nodes) {
        const path = callback.slice(PUBLIC_URL.length)
        isRefusedHere(
          t,
          await forge(node, { cookies: new Map(cookies) }, { body: '', path, method: 'GET' }),
          about,
        )
      }
    }
    t.equal(redemptions(scene), redeemed, 'the company’s code was shown to nobody')
    t.equal(countOf(scene, 'signed_in'), signedIn)
    // The victim of whoever sends them such a link goes on as nobody else.
    const theirCallback = await goThere(scene, theirs.browser, other.page)
    isRefusedHere(t, await theirs.browser.open(callback), 'a link that signs in as the attacker')
    await endsWell(t, scene, theirs.browser, theirCallback, other)
    mine.goTo(0)
    await endsWell(t, scene, mine.browser, callback, asked)
  },

  'N43: a state that is missing, altered or of another trip': async (t, scene) => {
    const { browser } = roam(scene.gateway.nodes)
    const { page, ...asked } = await begin(scene, browser)
    const first = await goThere(scene, browser, page)
    const second = await goThere(scene, browser, page)
    const other = await begin(scene, browser)
    const elsewhere = await goThere(scene, browser, other.page)
    const [redeemed, signedIn] = [redemptions(scene), countOf(scene, 'signed_in')]
    isRefusedHere(t, await browser.open(first), 'the button was pressed again since')
    const stateOf = (callback: string) => new URL(callback).searchParams.get('state') ?? ''
    const [flow = '', proof = ''] = stateOf(second).split('.')
    const [otherFlow = '', otherProof = ''] = stateOf(elsewhere).split('.')
    const states = [
      ...[
        undefined,
        '',
        'x',
        flow,
        proof,
        `${flow}.`,
        `.${proof}`,
        `${flow}.${otherProof}`,
        `${otherFlow}.${proof}`,
        stateOf(first),
      ],
      ...[
        `${flow}.${proof}A`,
        `${flow}.${proof.slice(1)}`,
        `${flow}.${'A'.repeat(43)}`,
        `${flow}..${proof}`,
        ` ${flow}.${proof}`,
        `${flow}.${proof}\0`,
      ],
      ...[
        `${flow.toUpperCase()}.${proof}`,
        `${flow}.${proof.toUpperCase()}`,
        `${'x'.repeat(32)}.${proof}`,
        `../${flow}.${proof}`,
        '__proto__',
        'x'.repeat(9_000),
      ],
      ...Array.from(
        { length: 43 },
        (_, at) => `${flow}.${proof.slice(0, at)}${proof[at] === 'A' ? 'B' : 'A'}${proof.slice(at + 1)}`,
      ),
    ]
    for (const state of states) {
      const url = new URL(second)
      if (state === undefined) url.searchParams.delete('state')
      else url.searchParams.set('state', state)
      // The last character has bits that base64url does not use; another one is another text all the same.
      isRefusedHere(t, await browser.open(url.href), `state ${state?.slice(0, 80)}`)
    }
    for (const more of ['&state=x', `&state=${stateOf(second)}`, '&code=x', '&%73tate=x', '&iss=x&iss=y'])
      isRefusedHere(t, await browser.open(second + more), `twice: ${more.slice(0, 9)}`)
    isRefusedHere(t, await browser.open(`${PUBLIC_URL}/oauth/callback`), 'nothing at all')
    isRefusedHere(
      t,
      await browser.open(`${PUBLIC_URL}/oauth/callback?error=access_denied`),
      'an error without a state',
    )
    for (const method of ['POST', 'PUT']) {
      const path = second.slice(PUBLIC_URL.length)
      isRefusedHere(t, await forge(scene.gateway.node, browser, { body: '', path, method }), method, [405])
    }
    t.equal(redemptions(scene), redeemed)
    t.equal(countOf(scene, 'signed_in'), signedIn)
    t.notOk(browser.cookies.has('__Host-session'))
    await endsWell(t, scene, browser, second, asked)
  },

  'N43: a state counts once, of 50 at a time at two nodes': async (t, scene) => {
    const { nodes } = scene.gateway
    const { browser } = roam(nodes)
    const { page } = await begin(scene, browser)
    const callback = await goThere(scene, browser, page)
    const path = callback.slice(PUBLIC_URL.length)
    const [redeemed, signedIn] = [redemptions(scene), countOf(scene, 'signed_in')]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const node = nodes[at % nodes.length] ?? scene.gateway.node
        return forge(node, browser, { body: '', path, method: 'GET' })
      }),
    )
    t.equal(answers.filter(({ location }) => location?.startsWith('/oauth/consent')).length, 1)
    t.equal(answers.filter(({ headers }) => headers.getSetCookie().length > 0).length, 1, 'one session')
    for (const answer of answers) if (answer.location === undefined) isRefusedHere(t, answer, 'came too late')
    t.equal(redemptions(scene), redeemed + 1)
    t.equal(countOf(scene, 'signed_in'), signedIn + 1)
    for (const node of nodes)
      isRefusedHere(t, await forge(node, browser, { body: '', path, method: 'GET' }), 'replayed')
  },

  'N43: an answer that can’t be believed uses its state up, and signs nobody in': async (t, scene) => {
    const { browser } = roam(scene.gateway.nodes)
    const { page } = await begin(scene, browser)
    const other = await begin(scene, browser)
    const signedIn = countOf(scene, 'signed_in')
    const wrong: readonly ((url: URL, elsewhere: URL) => void)[] = [
      url => url.searchParams.set('iss', 'https://evil.example'),
      url => url.searchParams.set('code', 'x'),
      url => url.searchParams.delete('code'),
      (url, elsewhere) => url.searchParams.set('code', elsewhere.searchParams.get('code') ?? ''),
      url => url.searchParams.set('error', '<script>alert(1)</script>'),
    ]
    for (const [at, change] of wrong.entries()) {
      const callback = await goThere(scene, browser, page)
      const url = new URL(callback)
      change(url, new URL(await goThere(scene, browser, other.page)))
      const answer = await browser.open(url.href)
      t.match(
        { status: answer.status, location: answer.location },
        { status: 403, location: undefined },
        `change ${at}`,
      )
      isArmoured(t, answer, `change ${at}`)
      t.notMatch(answer.html, /<script|evil\.example/)
      isRefusedHere(t, await browser.open(callback), 'the good answer afterwards')
    }
    t.equal(countOf(scene, 'signed_in'), signedIn)
    t.notOk(browser.cookies.has('__Host-session'))
  },

  'N43: an expired state': async (t, scene) => {
    const { nodes, clock } = scene.gateway
    const { browser, goTo } = roam(nodes)
    const inTime = await begin(scene, browser)
    const good = await goThere(scene, browser, inTime.page)
    clock.advance(9 * MINUTE)
    await endsWell(t, scene, browser, good, inTime)
    const late = roam(nodes)
    const asked = await begin(scene, late.browser)
    const callback = await goThere(scene, late.browser, asked.page)
    const redeemed = redemptions(scene)
    clock.advance(10 * MINUTE + 1)
    for (const node of [0, 1]) {
      late.goTo(node)
      isRefusedHere(t, await late.browser.open(callback), 'too late')
      isRefusedHere(
        t,
        await late.browser.submit(asked.page, formOfWay(asked.page, 'oidc')),
        'the button, too',
      )
    }
    t.equal(redemptions(scene), redeemed)
    clock.advance(-(19 * MINUTE + 1))
    goTo(0)
  },

  'N49: what is no credential of the product gives no code': async (t, scene) => {
    const { gateway } = scene
    const { node, product } = gateway
    const browser = node.browser()
    const { page, clientId } = await begin(scene, browser)
    const good = product.credentials.pat(['*'])
    const revoked = product.credentials.pat(['*'])
    product.credentials.revoke(revoked)
    const { token } = product.credentials.pair()
    const typed = [
      ...[
        '',
        ' ',
        '\t',
        '\0',
        'x'.repeat(5_000),
        `${good}x`,
        good.slice(0, -1),
        good.toUpperCase(),
        `${good} ${good}`,
        `${good},${good}`,
      ],
      ...[
        `${good}\r\nX-Admin: 1`,
        `${good}\nEmail: x`,
        `é${good}`,
        `Basic ${good}`,
        'Bearer',
        `Bearer Bearer ${good}`,
        revoked,
        token,
      ],
      ...[
        'acme_oat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
        'acme_ort_x',
        'Bearer acme_oac_x',
        '{"$ne":1}',
        "' OR 1=1",
        '../..',
        '<script>alert(1)</script>',
      ],
    ]
    for (const field0 of typed) {
      const answer = await browser.submit(page, formOfWay(page, 'product'), { fields: { field0 } })
      t.ok([400, 403].includes(answer.status), `${answer.status}: ${plain(field0)}`)
      t.equal(answer.location, undefined)
      isArmoured(t, answer, `typed ${field0.slice(0, 40)}`)
      if (field0.trim().length > 5) t.notOk(answer.html.includes(field0.trim()), 'nor is it shown again')
      t.notMatch(answer.html, /alert\(/)
    }
    t.notOk(browser.cookies.has('__Host-session'))
    for (const more of [{ way: 'x' }, { way: undefined }, { way: 'oidc2' }, { way: '__proto__' }]) {
      const { fields } = formOfWay(page, 'product')
      const sent = new URLSearchParams({ ...fields, field0: good })
      sent.delete('way')
      if (more.way !== undefined) sent.set('way', more.way)
      const answer = await forge(node, browser, {
        body: sent.toString(),
        path: '/oauth/sign-in',
        headers: ORIGIN,
      })
      isRefusedHere(t, answer, `way ${more.way}`)
    }
    const consent = await browser.open(page.url.replace('sign-in', 'consent'))
    t.match(consent.location, '/oauth/sign-in?flow=', 'there is no consent without a person')
    const { fields } = formOfWay(page, 'product')
    const body = bodyOf(
      { action: '', fields, boxes: [], buttons: [] },
      { decision: 'approve', 'scope.0': '*' },
    )
    isRefusedHere(t, await forge(node, browser, { body, headers: ORIGIN }), 'approving without one')
    t.equal(countOf(scene, 'approved', clientId), 0)
    const answer = await browser.submit(page, formOfWay(page, 'product'), {
      fields: { field0: ` ${good}\n` },
    })
    t.match(answer.location, '/oauth/consent', 'the right one')
  },

  'N50: what is typed is in no log, audit, address, cookie, page or store': async (t, scene) => {
    const { gateway } = scene
    const { node, product } = gateway
    const [right, wrong] = [product.credentials.pat(['*']), `tally_pat_${'wr0ng-'.repeat(6)}`]
    const browser = node.browser()
    const seen: Page[] = []
    const keep = async (page: Promise<Page>) => {
      const came = await page
      seen.push(came)
      return came
    }
    const { page, clientId, verifier } = await begin(scene, browser)
    const form = formOfWay(page, 'product')
    for (const field0 of [wrong, `${right}\0`, `Bearer ${wrong}`])
      await keep(browser.submit(page, form, { fields: { field0 } }))
    for (const secret of [right, wrong]) {
      const path = '/oauth/sign-in'
      await keep(browser.open(`${page.url}&field0=${secret}`))
      await keep(browser.submit(page, form, { fields: { field0: secret, csrf: secret } }))
      await keep(browser.submit(page, form, { fields: { field0: secret, way: secret } }))
      await keep(browser.submit(page, form, { fields: { field0: secret, flow: secret } }))
      for (const headers of [
        { ...ORIGIN, 'content-type': 'application/json' },
        { origin: secret },
        { ...ORIGIN, 'x-request-id': 'r' },
      ])
        await keep(
          forge(node, browser, {
            body: `${bodyOf(form, { field0: secret })}&field0=${secret}`,
            path,
            headers,
          }),
        )
      await keep(forge(node, browser, { body: secret.repeat(3_000), path, headers: ORIGIN }))
    }
    const sent = await keep(browser.submit(page, form, { fields: { field0: right } }))
    const consent = await keep(browser.follow(sent, isOwn))
    const approved = await keep(
      browser.submit(consent, formOf(consent, 'approve'), { button: 'decision=approve' }),
    )
    const found: Record<string, string> = { 'the store during consent': await dump(gateway) }
    const tokens = await redeem(node, { code: codeOf(approved) ?? '', clientId, verifier })
    t.match(
      await callTool(node, String(tokens.body.access_token)),
      { status: 200, isError: false },
      'it is used at the product',
    )
    const refreshed = await postForm(node, '/oauth/token', {
      ...{
        grant_type: 'refresh_token',
        refresh_token: String(tokens.body.refresh_token),
        client_id: clientId,
      },
    })
    t.equal(refreshed.status, 200)
    await keep(browser.open(`${PUBLIC_URL}/connections`))
    found['the store while connected'] = await dump(gateway)
    const stranger = await begin(scene, node.browser())
    await product.close()
    await keep(
      browser.submit(stranger.page, formOfWay(stranger.page, 'product'), { fields: { field0: right } }),
    )
    const other = node.browser()
    const unlucky = await begin(scene, other)
    const down = await keep(
      other.submit(unlucky.page, formOfWay(unlucky.page, 'product'), { fields: { field0: right } }),
    )
    t.equal(down.status, 503)
    isArmoured(t, down, 'the product is down')
    found['the store afterwards'] = await dump(gateway)
    found.log = gateway.logged()
    found.audit = gateway.written()
    found.pages = seen.map(({ html }) => html).join('\n')
    found.headers = seen.map(({ headers }) => JSON.stringify([...headers])).join('\n')
    found.addresses = seen.map(({ location = '' }) => location).join('\n')
    found.cookies = JSON.stringify([...browser.cookies, ...other.cookies])
    found.tokens = JSON.stringify([tokens.body, refreshed.body])
    // Each place is really looked at.
    for (const name of [
      'the store during consent',
      'the store while connected',
      'the store afterwards',
      'audit',
    ])
      t.ok(found[name]?.includes(clientId), `${name} holds the client`)
    t.match(found.log, 'upstream_unavailable')
    for (const [name, text] of Object.entries(found)) {
      for (const [kind, needle] of Object.entries({
        ...spellingsOf(right),
        ...spellingsOf(wrong, 'the wrong one'),
      }))
        t.notOk(text.includes(needle), `${kind} in ${name}`)
    }
  },
}

/** As a credential may be written, whole or within something else. */
function spellingsOf(secret: string, what = 'the right one'): Record<string, string> {
  const inside = (text: string, encoding: 'base64' | 'base64url') =>
    [0, 1, 2].map(shift =>
      Buffer.from(' '.repeat(shift) + text)
        .toString(encoding)
        .slice(4, -4),
    )
  const all = [
    secret,
    secret.slice(10),
    secret.slice(0, -6),
    secret.toLowerCase(),
    ...inside(secret.slice(10), 'base64'),
    ...inside(secret.slice(10), 'base64url'),
    Buffer.from(secret).toString('hex'),
    [...secret].reverse().join(''),
    [...secret].map(sign => `%${sign.charCodeAt(0).toString(16)}`).join(''),
  ]
  return Object.fromEntries(all.map((text, at) => [`${what} (${at})`, text]))
}

/** All that the store holds, as text. */
async function dump({ node }: OAuthGateway): Promise<string> {
  const { store } = node.app.config
  if (store.type === 'sqlite') {
    const files = ['', '-wal', '-shm', '-journal'].map(end => store.path + end)
    return files
      .filter(file => existsSync(file))
      .map(file => readFileSync(file, 'latin1'))
      .join('\n')
  }
  if (store.type !== 'redis' || store.url === undefined) throw new Error('a store that can’t be looked into')
  const redis = new Redis(store.url)
  try {
    const texts: string[] = []
    for (const key of await redis.keys('*')) texts.push(key, JSON.stringify(await readKey(redis, key)))
    return texts.join('\n')
  } finally {
    redis.disconnect()
  }
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key)
  switch (type) {
    case 'string':
      return redis.get(key)
    case 'hash':
      return redis.hgetall(key)
    case 'set':
      return redis.smembers(key)
    case 'zset':
      return redis.zrange(key, '0', '-1')
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'stream':
      return redis.xrange(key, '-', '+')
    case 'none':
      return undefined
    default:
      throw new Error(`a key of the type ${type}`)
  }
}

/** Uses the first tool that can be called without arguments. */
async function callTool(node: OAuthGateway['node'], token: string) {
  const listed = (await (await listTools(node, token)).json()) as {
    result: { tools: { name: string; inputSchema: { required?: string[] } }[] }
  }
  const tool = listed.result.tools.find(({ inputSchema }) => (inputSchema.required ?? []).length === 0)
  const answer = await fetch(`${node.origin}/mcp`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      ...{ 'mcp-protocol-version': '2025-11-25', authorization: `Bearer ${token}` },
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool?.name, arguments: {} },
    }),
  })
  const body = (await answer.json()) as { result?: { isError?: boolean } }
  return { status: answer.status, isError: body.result?.isError ?? false, body }
}

for (const store of STORES) {
  t.test(`signing in (${store})`, { skip: withoutStore(store) }, async t => {
    const company = await startCompany(t)
    const oidc = {
      type: 'oidc',
      title: 'Acme',
      issuer: company.issuer,
      clientId: 'postern',
      clientSecret: 'a secret: of %25 + &',
    }
    const gateway = await startGateway(t, {
      ...{ store, nodes: 2, oauth: { signIn: [TOKEN_WAY, oidc] } },
      config: { failedSignIns: { perAddress: '500/min' } },
    })
    const scene: Scene = { gateway, company }
    for (const [name, run] of Object.entries(CASES)) await t.test(`${name} (${store})`, t => run(t, scene))
    t.equal(gateway.logged().includes('unexpected'), false, gateway.logged())
  })

  t.test(
    `N49: guessing ends with 429, wherever and however it goes on (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const gateway = await startGateway(t, {
        ...{ store, nodes: 2, oauth: { signIn: [TOKEN_WAY, PAIR_WAY] } },
        config: { failedSignIns: { perAddress: '12/h', perSubject: '3/h' } },
      })
      const { nodes, product } = gateway
      const type = async (
        way: string,
        fields: Readonly<Record<string, string>>,
        at = 0,
        headers: Readonly<Record<string, string>> = {},
      ) => {
        const { browser, goTo } = roam(nodes)
        goTo(at)
        const { page } = await begin({ gateway }, browser)
        goTo(at + 1)
        const answer = await browser.submit(page, formOfWay(page, way), { fields, headers })
        if (answer.status !== 303) isArmoured(t, answer, `${way} ${answer.status}`)
        t.equal(browser.cookies.has('__Host-session'), answer.location !== undefined)
        return answer
      }
      const isStopped = (answer: Page, about: string) => {
        t.match(
          { status: answer.status, location: answer.location },
          { status: 429, location: undefined },
          about,
        )
        t.match(answer.headers.get('retry-after'), /^[1-9]\d{0,3}$/, 'it says when')
        t.match(answer.html, /role="alert"/, 'a page says so')
      }
      const { email, token } = product.credentials.pair()
      const colleague = product.credentials.pair('accountant')
      for (let count = 0; count < 3; count++)
        t.equal(
          (await type('pair', { field0: email, field1: `tally_pair_guess${count}` }, count)).status,
          403,
        )
      // A node learns of a pause by the first wrong one that it counts.
      for (const [at, claimed] of [email, email.toUpperCase(), ` ${email} `, email].entries())
        isStopped(
          await type('pair', { field0: claimed, field1: `tally_pair_again${at}` }, at),
          `the claimed person: ${claimed}`,
        )
      for (const at of [0, 1])
        isStopped(
          await type('pair', { field0: email, field1: token }, at),
          'also with the right one, which nobody looks at',
        )
      t.match(
        (await type('pair', { field0: colleague.email, field1: colleague.token })).location,
        '/oauth/consent',
        'somebody else',
      )

      const guesses = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          type('product', { field0: `tally_pat_guess${at}` }, at, {
            'x-forwarded-for': `203.0.113.${at}`,
            forwarded: `for=203.0.113.${at}`,
          }),
        ),
      )
      const looked = guesses.filter(({ status }) => status === 403).length
      t.ok(looked > 0 && looked <= 12, `${looked} of 50 at a time were looked at`)
      for (const guess of guesses) if (guess.status !== 403) isStopped(guess, 'the others')
      for (let count = 0; count < 20; count++)
        await type('product', { field0: `tally_pat_more${count}` }, count)
      for (const at of [0, 1]) {
        isStopped(await type('product', { field0: `tally_pat_last${at}` }, at), 'the address, at every node')
        isStopped(
          await type('product', { field0: product.credentials.pat(['*']) }, at),
          'the right one at last',
        )
        isStopped(await type('pair', { field0: colleague.email, field1: 'x' }, at), 'the other way, too')
      }
      const wrong = countOf({ gateway }, 'sign_in_failed', '"invalid_token"')
      t.ok(wrong <= 3 + 12 + 4, `${wrong} wrong ones were looked at in all`)
      t.equal(countOf({ gateway }, 'approved'), 0)
    },
  )
}

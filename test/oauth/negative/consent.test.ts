/** Answers to the question of consent that must not count, and those that must count once (N39 to N41, N44 to N48). */
import t, { type Test } from 'tap'
import { type Browser, type Page, unescaped } from '../browser.ts'
import { json, startDocumentServer } from '../clients/fixtures.ts'
import {
  type AuthorizeParameters,
  authorizeUrl,
  CLAUDE_CALLBACK,
  isOwn,
  type OAuthGateway,
  PUBLIC_URL,
  pkce,
  postForm,
  register,
  STORES,
  signIn,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { isArmoured, isRefusedHere, plain } from './answers.ts'
import { bodyOf, codeOf, forge, formOf, redeem, roam } from './browsing.ts'
import { inParallel, startTwoProcesses } from './two-processes.ts'

const OTHER_CALLBACK = 'https://vscode.dev/redirect'
const ORIGIN = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }

interface Scene {
  readonly gateway: OAuthGateway
  /** The product's own credential of its administrator. */
  readonly credential: string
  readonly serve: (document: object) => void
}

interface Asked {
  readonly page: Page
  readonly url: string
  readonly clientId: string
  readonly verifier: string
}

/** A fresh client asks, and the person signs in where they have not; the consent page. */
async function ask(
  { gateway, credential }: Scene,
  browser: Browser,
  parameters: AuthorizeParameters = {},
  metadata: object = {},
): Promise<Asked> {
  const clientId = await register(gateway.node, metadata)
  const { verifier, challenge } = pkce()
  const url = authorizeUrl(clientId, challenge, parameters)
  return { page: await signIn(browser, url, credential), url, clientId, verifier }
}

/** Presses a button of the consent page. */
function press(
  browser: Browser,
  page: Page,
  decision: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Page> {
  return browser.submit(page, formOf(page, decision), { button: `decision=${decision}`, headers })
}

/** How often the audit has this of a client. */
function countOf({ gateway }: Scene, operation: string, clientId: string): number {
  const lines = gateway.written().split('\n')
  return lines.filter(line => line.includes(`"operation":"${operation}"`) && line.includes(clientId)).length
}

/** The code of an approval that counts is one that can be redeemed. */
async function isGood(
  t: Test,
  { gateway }: Scene,
  page: Page,
  { clientId, verifier }: Asked,
  redirect = CLAUDE_CALLBACK,
): Promise<void> {
  const code = codeOf(page)
  t.match(code, /^acme_oac_/, `a code at ${page.status}`)
  const answer = await redeem(gateway.node, { code: code ?? '', clientId, verifier, redirect })
  t.equal(answer.status, 200, JSON.stringify(answer.body))
}

const CASES: Readonly<Record<string, (t: Test, scene: Scene) => Promise<void>>> = {
  'N39: a form without its token, or from elsewhere, is no answer': async (t, scene) => {
    const { node } = scene.gateway
    const browser = node.browser()
    const signInPage = await browser.follow(await browser.open((await ask(scene, node.browser())).url), isOwn)
    const signInForm = formOf(signInPage, 'field0')
    const other = await ask(scene, browser)
    const connections = formOf(await browser.open(`${PUBLIC_URL}/connections`), 'sign-out')
    const asked = await ask(scene, browser)
    const form = formOf(asked.page, 'approve')
    const { csrf = '', flow = '' } = form.fields
    const foreign = formOf(other.page, 'approve').fields
    const yes = { decision: 'approve' }
    const bad: readonly Readonly<Record<string, string | undefined>>[] = [
      { csrf: undefined },
      { csrf: '' },
      { csrf: csrf.slice(0, -1) },
      { csrf: `${csrf}A` },
      { csrf: csrf.toUpperCase() },
      { csrf: 'A'.repeat(43) },
      { csrf: flow },
      { csrf: foreign.csrf },
      { csrf: signInForm.fields.csrf },
      { csrf: connections.fields.csrf },
      { csrf: [...browser.cookies.values()].at(-1)?.slice(0, 32) },
      { flow: foreign.flow },
      { flow: signInForm.fields.flow },
      { flow: undefined },
      { flow: '' },
      { flow: `${flow} ` },
      { flow: flow.toLowerCase() },
      { flow: '../x' },
    ]
    for (const more of bad) {
      const page = await forge(node, browser, { body: bodyOf(form, { ...yes, ...more }), headers: ORIGIN })
      isRefusedHere(t, page, JSON.stringify(Object.keys(more)))
    }
    const good = bodyOf(form, yes)
    for (const headers of FOREIGN) {
      isRefusedHere(
        t,
        await forge(node, browser, { body: good, headers: { ...ORIGIN, ...headers } }),
        JSON.stringify(headers),
      )
    }
    for (const type of [
      'text/plain',
      'application/json',
      'multipart/form-data; boundary=x',
      '',
      undefined,
      'x-www-form-urlencoded',
    ]) {
      const page = await forge(node, browser, { body: good, headers: { ...ORIGIN, 'content-type': type } })
      isRefusedHere(t, page, `type ${type}`, [400, 415])
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      isRefusedHere(t, await forge(node, browser, { body: good, headers: ORIGIN, method }), method, [405])
    }
    const get = await forge(node, browser, { body: '', method: 'GET', path: `/oauth/consent?${good}` })
    t.match(
      { status: get.status, location: get.location },
      { status: 200, location: undefined },
      'a link only shows the page',
    )
    for (const body of [
      `${good}&decision=deny`,
      `${good}&csrf=${csrf}`,
      `${good}&flow=${flow}`,
      `${good}&scope.0=read:*`,
    ])
      isRefusedHere(
        t,
        await forge(node, browser, { body, headers: ORIGIN }),
        `twice: ${body.slice(good.length, good.length + 10)}`,
      )
    for (const decision of ['', 'APPROVE', 'approve ', 'yes', '1', 'allow', undefined])
      isRefusedHere(
        t,
        await forge(node, browser, { body: bodyOf(form, { decision }), headers: ORIGIN }),
        `decision ${decision}`,
      )
    for (const query of ['', '&_method=POST'])
      isRefusedHere(
        t,
        await forge(node, browser, { body: query, path: `/oauth/consent?${good}`, headers: ORIGIN }),
        'all in the query',
      )
    t.equal(countOf(scene, 'approved', asked.clientId), 0)
    await isGood(t, scene, await press(browser, asked.page, 'approve'), asked)
    t.equal(countOf(scene, 'approved', asked.clientId), 1)
  },

  'N39: a form can’t give what was not offered': async (t, scene) => {
    const { node } = scene.gateway
    const browser = node.browser()
    const asked = await ask(scene, browser, { scope: 'read:*' })
    const form = formOf(asked.page, 'approve')
    t.same(form.boxes, ['scope.0'])
    t.equal(form.fields['scope.0'], 'read:*')
    const yes = { decision: 'approve' }
    for (const scope of [
      'write:*',
      'manage:*',
      '*',
      'admin',
      'read:* write:*',
      'READ:*',
      'read:',
      'openid',
      'x',
      '<b>',
      'read:*\n',
      '__proto__',
    ]) {
      for (const more of [{ 'scope.0': scope }, { 'scope.1': scope }, { 'scope.999': scope }]) {
        const page = await forge(node, browser, { body: bodyOf(form, { ...yes, ...more }), headers: ORIGIN })
        t.match(
          { status: page.status, location: page.location },
          { status: 409, location: undefined },
          plain(scope),
        )
        t.notMatch(page.html, /value="(?!read:\*)[^"]*:\*"/, 'nor is it offered then')
        isArmoured(t, page, 'asked again')
      }
    }
    for (const more of [
      { 'scope.0': undefined },
      { 'scope.0': '' },
      { 'scope.0': undefined, scope: 'read:*' },
      { 'scope.0': undefined, 'scope.x': 'read:*' },
    ]) {
      const page = await forge(node, browser, { body: bodyOf(form, { ...yes, ...more }), headers: ORIGIN })
      t.match(
        { status: page.status, location: page.location },
        { status: 400, location: undefined },
        'nothing is ticked',
      )
      isArmoured(t, page, 'nothing ticked')
    }
    t.equal(countOf(scene, 'approved', asked.clientId), 0)
    const answer = await press(browser, asked.page, 'approve')
    const { clientId, verifier } = asked
    const { body } = await redeem(node, { code: codeOf(answer) ?? '', clientId, verifier })
    t.equal(body.scope, 'read:*')
  },

  'N40: page and token of one browser are worth nothing in another': async (t, scene) => {
    const { nodes } = scene.gateway
    const [mine, theirs] = [roam(nodes), roam(nodes)]
    const asked = await ask(scene, mine.browser)
    const other = await ask(scene, theirs.browser)
    const form = formOf(asked.page, 'approve')
    const body = bodyOf(form, { decision: 'approve' })
    const flowOf = ({ browser }: typeof mine) =>
      [...browser.cookies].filter(([name]) => name.includes('flow_')).at(-1)
    const [name = '', value = ''] = flowOf(mine) ?? []
    const [, foreign = ''] = flowOf(theirs) ?? []
    const session = theirs.browser.cookies.get('__Host-session') ?? ''
    const jars: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      none: [],
      theirs: [...theirs.browser.cookies],
      'their secret under my name': [...theirs.browser.cookies, [name, foreign]],
      'my session without the flow': [...mine.browser.cookies].filter(([own]) => own !== name),
      'without __Host-': [[name.replace('__Host-', ''), value]],
      'with __Secure-': [[name.replace('__Host-', '__Secure-'), value]],
      'in another case': [[name.toUpperCase(), value]],
      'of another flow': [[`${name.slice(0, -1)}_`, value]],
      altered: [[name, `A${value.slice(1)}`]],
      'without its time': [[name, value.slice(0, 32)]],
      'the session as flow': [[name, `${session}.1`]],
      empty: [[name, '']],
    }
    for (const [about, cookies] of Object.entries(jars)) {
      for (const node of nodes) {
        const jar = { cookies: new Map(cookies) }
        isRefusedHere(t, await forge(node, jar, { body, headers: ORIGIN }), `${about}: answered`)
        const path = `/oauth/consent?flow=${form.fields.flow}`
        isRefusedHere(t, await forge(node, jar, { body: '', method: 'GET', path }), `${about}: shown`)
        const signInPath = path.replace('consent', 'sign-in')
        isRefusedHere(
          t,
          await forge(node, jar, { body: '', method: 'GET', path: signInPath }),
          `${about}: signing in`,
        )
      }
    }
    t.equal(countOf(scene, 'approved', asked.clientId), 0)
    mine.goTo(1)
    await isGood(t, scene, await press(mine.browser, asked.page, 'approve'), asked)
    await isGood(t, scene, await press(theirs.browser, other.page, 'approve'), other)
  },

  'N41: of 50 approvals at a time one counts': async (t, scene) => {
    const { nodes } = scene.gateway
    const browser = nodes[0]?.browser()
    if (browser === undefined) throw new Error('no node')
    const asked = await ask(scene, browser)
    const body = bodyOf(formOf(asked.page, 'approve'), { decision: 'approve' })
    const send = (bodies: readonly string[]) =>
      Promise.all(
        Array.from({ length: 50 }, (_, at) => {
          const node = nodes[at % nodes.length]
          const one = bodies[at % bodies.length]
          if (node === undefined || one === undefined) throw new Error('nothing to send')
          return forge(node, browser, { body: one, headers: ORIGIN })
        }),
      )
    const pages = await send([body])
    const codes = pages.flatMap(page => codeOf(page) ?? [])
    t.equal(codes.length, 1)
    for (const page of pages) if (codeOf(page) === undefined) isRefusedHere(t, page, 'came too late')
    t.equal(countOf(scene, 'approved', asked.clientId), 1)
    const counted = pages.find(page => codeOf(page) !== undefined)
    if (counted !== undefined) await isGood(t, scene, counted, asked)
    for (const page of await send([body])) isRefusedHere(t, page, 'replayed')

    const again = await ask(scene, browser)
    const form = formOf(again.page, 'approve')
    const both = await send(
      ['approve', 'deny'].flatMap(decision => [bodyOf(form, { decision }), bodyOf(form, { decision })]),
    )
    t.equal(both.filter(({ location }) => location !== undefined).length, 1, 'one of yes and no')
    const outcomes = [countOf(scene, 'approved', again.clientId), countOf(scene, 'denied', again.clientId)]
    t.equal(
      outcomes.reduce((sum, count) => sum + count, 0),
      1,
    )
  },

  'N44: no page is in a frame or runs anything, nor is any error': async (t, scene) => {
    const { node, product } = scene.gateway
    const browser = node.browser()
    const clientId = await register(node)
    const url = authorizeUrl(clientId, pkce().challenge)
    const signInPage = await browser.follow(await browser.open(url), isOwn)
    const pages: Record<string, Page> = {
      'sign in': signInPage,
      'not signed in': await browser.submit(signInPage, formOf(signInPage, 'field0'), {
        fields: { field0: 'wrong' },
      }),
      'nothing typed': await browser.submit(signInPage, formOf(signInPage, 'field0')),
    }
    const page = await signIn(browser, url, scene.credential)
    const form = formOf(page, 'approve')
    pages.consent = page
    pages['nothing ticked'] = await browser.submit(page, form, {
      fields: { 'scope.0': undefined, 'scope.1': undefined, 'scope.2': undefined },
      button: 'decision=approve',
    })
    pages['another scope'] = await browser.submit(page, form, {
      fields: { 'scope.0': 'x' },
      button: 'decision=approve',
    })
    pages['no token'] = await browser.submit(page, form, {
      fields: { csrf: 'x' },
      button: 'decision=approve',
    })
    pages.approved = await press(browser, page, 'approve')
    pages.ended = await browser.open(page.url)
    pages.denied = await press(
      browser,
      await signIn(browser, `${url}&prompt=consent`, scene.credential),
      'deny',
    )
    pages.connections = await browser.open(`${PUBLIC_URL}/connections`)
    const viewer = node.browser()
    pages['nothing to give'] = await signIn(
      viewer,
      authorizeUrl(clientId, pkce().challenge, { scope: 'manage:invoices' }),
      product.credentials.pat(['read:contacts'], 'viewer'),
    )
    pages['unknown client'] = await browser.open(authorizeUrl('x', 'x'))
    pages['unknown redirect'] = await browser.open(
      authorizeUrl(clientId, 'x', { redirect_uri: 'https://evil.example' }),
    )
    pages.callback = await browser.open(`${PUBLIC_URL}/oauth/callback?error=x&state=x`)
    pages.alias = await browser.open(`${PUBLIC_URL}/authorize?client_id=x`)
    const door = node
    for (const path of ['/oauth/sign-in', '/oauth/consent', '/connections'])
      pages[`too long at ${path}`] = await forge(door, browser, {
        body: 'x'.repeat(70_000),
        path,
        headers: ORIGIN,
      })
    for (const path of [
      '/oauth/authorize',
      '/authorize',
      '/oauth/sign-in',
      '/oauth/consent',
      '/oauth/callback',
      '/connections',
    ]) {
      pages[`DELETE ${path}`] = await forge(door, browser, { body: '', path, method: 'DELETE' })
      pages[`text ${path}`] = await forge(door, browser, {
        body: 'x',
        path,
        headers: { 'content-type': 'text/plain' },
      })
      pages[`GET ${path}`] = await forge(door, browser, {
        body: '',
        path,
        method: 'GET',
        headers: { cookie: undefined },
      })
    }
    pages['signed out'] = await press(browser, pages.connections ?? page, 'sign-out')
    for (const [about, seen] of Object.entries(pages)) {
      if (seen.status === 303) t.equal(seen.html, '', `${about} has no page`)
      else isArmoured(t, seen, `${about} ${seen.status}`)
    }
    t.ok(Object.keys(pages).length > 35)
    t.match(Object.fromEntries(Object.entries(pages).map(([about, { status }]) => [about, status])), {
      ...{
        'sign in': 200,
        'not signed in': 403,
        consent: 200,
        'nothing ticked': 400,
        'another scope': 409,
        approved: 200,
      },
      ...{ denied: 200, ended: 400, connections: 200, 'nothing to give': 403, 'signed out': 200 },
    })
  },

  'N45: a name stays text, and is one that can be seen': async (t, scene) => {
    const { gateway, credential, serve } = scene
    const { node } = gateway
    const shapeOf = ({ html }: Page) =>
      [...html.matchAll(/<[^>]*>/g)].map(([tag]) =>
        tag.replace(/[\w-]{32,43}/g, '…').replace(/cli_[\w-]+/g, '…'),
      )
    const pagesOf = async (name: string): Promise<Page[]> => {
      const browser = node.browser()
      const clientId = await register(node, { client_name: name })
      const url = authorizeUrl(clientId, pkce().challenge)
      const first = await browser.follow(await browser.open(url), isOwn)
      const consent = await signIn(browser, url, credential)
      const approved = await press(browser, consent, 'approve')
      const denied = await press(browser, await signIn(browser, `${url}&prompt=consent`, credential), 'deny')
      return [first, consent, approved, denied]
    }
    const plainShapes = (await pagesOf('Plain')).map(page =>
      shapeOf(page).filter(tag => !tag.includes('code=')),
    )
    for (const name of HOSTILE) {
      const pages = await pagesOf(name)
      const shapes = pages.map(page => shapeOf(page).filter(tag => !tag.includes('code=')))
      t.strictSame(shapes, plainShapes, `no mark-up of its own: ${plain(name)}`)
      for (const page of pages) {
        isArmoured(t, page, name)
        t.ok(unescaped(page.html).includes(name), `shown as it is written: ${plain(name)}`)
        t.equal(page.headers.get('refresh')?.includes(name) ?? false, false)
      }
      t.match(pages[1]?.html, 'this name is not verified')
    }
    for (const client_name of UNSEEN) {
      const answer = await fetch(`${node.origin}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name, redirect_uris: [CLAUDE_CALLBACK] }),
      })
      t.equal(answer.status, 400, plain(JSON.stringify(client_name)))
      t.match(await answer.json(), { error: 'invalid_client_metadata' })
    }
    for (const [at, client_name] of [
      '<script>alert(1)</script>\u202e',
      'x'.repeat(10_000),
      'Claude\u200b',
      'a\nb',
      '\u0000',
    ].entries()) {
      const id = `https://app.example.org/n${at}/client.json`
      serve({ client_id: id, client_name, redirect_uris: [CLAUDE_CALLBACK] })
      const page = await node.browser().open(authorizeUrl(id, pkce().challenge))
      isRefusedHere(t, page, `a document: ${client_name}`)
      t.notOk(page.html.includes(client_name) || page.html.includes('alert('))
    }
    const long = await pagesOf('Long '.repeat(100).trim())
    for (const { html } of long) t.notMatch(html, /(?:Long ){14}/, 'cut')
    const twin = await pagesOf('Claude')
    t.match(twin[1]?.html, 'Any program can call itself by this name')
  },

  'N46: an approval is remembered for the same alone': async (t, scene) => {
    const { gateway, credential } = scene
    const { node, nodes, clock } = gateway
    const browser = node.browser()
    const redirects = { redirect_uris: [CLAUDE_CALLBACK, OTHER_CALLBACK] }
    const asked = await ask(scene, browser, { scope: 'read:* write:*' }, redirects)
    await isGood(t, scene, await press(browser, asked.page, 'approve'), asked)
    const { clientId } = asked
    const isSpared = async (
      more: AuthorizeParameters = {},
      headers: Readonly<Record<string, string>> = {},
      jar = browser,
    ) => {
      const url = authorizeUrl(clientId, pkce().challenge, { scope: 'read:* write:*', ...more })
      return codeOf(await jar.open(url, headers)) !== undefined
    }
    t.ok(await isSpared(), 'the same')
    t.ok(await isSpared({ scope: 'read:*' }), 'less')
    t.ok(await isSpared({ prompt: 'none' }), 'without a page')
    const elsewhere = roam(nodes)
    for (const [name, value] of browser.cookies) elsewhere.browser.cookies.set(name, value)
    elsewhere.goTo(1)
    t.ok(await isSpared({}, {}, elsewhere.browser), 'at another node')

    t.notOk(await isSpared({ redirect_uri: OTHER_CALLBACK }), 'another redirect')
    t.notOk(await isSpared({ scope: 'read:* write:* manage:*' }), 'another scope')
    t.notOk(await isSpared({ scope: undefined }), 'all scopes')
    t.notOk(await isSpared({ scope: 'manage:*' }), 'another scope alone')
    for (const prompt of ['consent', 'login', 'select_account', 'login consent'])
      t.notOk(await isSpared({ prompt }), prompt)
    for (const site of ['cross-site', 'same-site', 'same-origin', 'None', 'none, none', 'none;x', ' ', ''])
      t.notOk(await isSpared({}, { 'sec-fetch-site': site }), `sent by ${site}`)
    const url = authorizeUrl(clientId, pkce().challenge, { scope: 'read:* write:*' })
    const path = url.slice(PUBLIC_URL.length)
    const silent = await forge(node, browser, { body: '', method: 'GET', path })
    t.match(silent.location, '/oauth/consent?flow=', 'a browser that does not say who sent it')
    const crossSite = await browser.open(`${url}&prompt=none`, { 'sec-fetch-site': 'cross-site' })
    t.match(crossSite.location, 'error=consent_required', 'and no page for another site either')

    const twin = await ask(scene, browser, { scope: 'read:* write:*' }, redirects)
    t.match(
      formOf(twin.page, 'approve'),
      { action: '/oauth/consent' },
      'another client of the same name and redirect',
    )
    const colleague = node.browser()
    const other = gateway.product.credentials.pat(['*'], 'accountant')
    formOf(await signIn(colleague, url, other), 'approve')
    t.notOk(await isSpared({}, {}, colleague), 'another person')
    const anew = node.browser()
    formOf(await signIn(anew, url, gateway.product.credentials.pat(['*'])), 'approve')
    t.notOk(await isSpared({}, {}, anew), 'another credential of the same person')
    t.ok(await isSpared(), 'none of this has changed it')

    clock.advance(31 * 86_400_000)
    const late = node.browser()
    formOf(await signIn(late, url, credential), 'approve')
    t.notOk(await isSpared({}, {}, late), 'too long ago')
    clock.advance(-31 * 86_400_000)
    t.ok(await isSpared(), 'in time')
  },

  'N46: whoever ends a connection is asked again': async (t, scene) => {
    const { node } = scene.gateway
    const scope = { scope: 'read:*' }
    const approvedOne = async () => {
      const browser = node.browser()
      const asked = await ask(scene, browser, scope)
      const code = codeOf(await press(browser, asked.page, 'approve')) ?? ''
      const { body } = await redeem(node, { ...asked, code })
      const spared = async () => {
        const { verifier, challenge } = pkce()
        const repeated = codeOf(await browser.open(authorizeUrl(asked.clientId, challenge, scope)))
        return repeated && { code: repeated, verifier, clientId: asked.clientId }
      }
      return { browser, asked, token: String(body.refresh_token), spared }
    }
    const first = await approvedOne()
    t.ok(await first.spared())
    await postForm(node, '/oauth/revoke', { token: first.token, client_id: first.asked.clientId })
    t.notOk(await first.spared(), 'the client has ended it')

    const second = await approvedOne()
    t.ok(await second.spared())
    const page = await second.browser.open(`${PUBLIC_URL}/connections`)
    const form = page.forms.find(({ buttons }) => buttons.some(({ name }) => name === 'revoke'))
    t.ok(form)
    for (const one of page.forms) {
      const button = one.buttons.find(({ name }) => name === 'revoke')
      if (button) await second.browser.submit(page, one, { button: `revoke=${button.value}` })
    }
    t.notOk(await second.spared(), 'the person has ended it')

    const third = await approvedOne()
    const repeated = await third.spared()
    t.ok(repeated)
    if (!repeated) return
    const { body } = await redeem(node, repeated)
    await postForm(node, '/oauth/revoke', { token: String(body.refresh_token), client_id: repeated.clientId })
    t.notOk(await third.spared(), 'one that followed without a question was ended')

    const fourth = await approvedOne()
    t.ok(await fourth.spared())
    const { config } = node.app
    const auth = config.auth.map(scheme =>
      scheme.type === 'oauth' ? { ...scheme, rememberConsent: 0 } : scheme,
    )
    await node.app.reload({ ...config, auth })
    t.notOk(await fourth.spared(), 'nothing is remembered where it is not configured')
    await node.app.reload(config)
    t.ok(await fourth.spared())
  },

  'N47: who has denied can’t approve after that, nor the other way round': async (t, scene) => {
    const { nodes } = scene.gateway
    const { browser, goTo } = roam(nodes)
    const denied = await ask(scene, browser)
    const other = await ask(scene, browser)
    const no = await press(browser, denied.page, 'deny')
    t.match(no.location, /^https:\/\/claude\.ai\/api\/mcp\/auth_callback\?error=access_denied&/)
    for (const node of [0, 1]) {
      goTo(node)
      for (const decision of ['approve', 'deny', 'switch'])
        isRefusedHere(t, await press(browser, denied.page, decision), `${decision} after a no`)
      isRefusedHere(t, await browser.open(denied.page.url), 'back to the page')
      isRefusedHere(
        t,
        await browser.open(denied.page.url.replace('consent', 'sign-in')),
        'back to signing in',
      )
    }
    t.equal(countOf(scene, 'approved', denied.clientId), 0)
    await isGood(t, scene, await press(browser, other.page, 'approve'), other)
    isRefusedHere(t, await press(browser, other.page, 'deny'), 'no after a yes')
    t.equal(countOf(scene, 'denied', other.clientId), 0)

    const stranger = nodes[1]?.browser()
    if (stranger === undefined) throw new Error('no node')
    const clientId = await register(scene.gateway.node)
    const page = await stranger.follow(await stranger.open(authorizeUrl(clientId, pkce().challenge)), isOwn)
    const left = await press(stranger, page, 'deny')
    t.match(left.location, 'error=access_denied')
    const fields = { field0: scene.credential }
    isRefusedHere(t, await stranger.submit(page, formOf(page, 'field0'), { fields }), 'signing in after a no')
    t.notOk([...stranger.cookies.keys()].some(name => name.includes('session')))
  },

  'N48: windows beside one another all work, whichever is answered first': async (t, scene) => {
    const { node, nodes } = scene.gateway
    const { browser, goTo } = roam(nodes)
    const begun: { url: string; clientId: string; verifier: string; first: Page }[] = []
    for (let at = 0; at < 8; at++) {
      goTo(at)
      const clientId = await register(node, { client_name: `Window ${at}` })
      const { verifier, challenge } = pkce()
      const url = authorizeUrl(clientId, challenge, { state: `window-${at}` })
      begun.push({ url, clientId, verifier, first: await browser.follow(await browser.open(url), isOwn) })
    }
    const windows: (Asked & { readonly at: number })[] = []
    for (const [at, { first, ...asked }] of [...begun.entries()].reverse()) {
      goTo(at + 1)
      t.match(first.html, `Window ${at}`)
      const fields = { field0: scene.credential }
      const page = await browser.follow(
        await browser.submit(first, formOf(first, 'field0'), { fields }),
        isOwn,
      )
      t.match(page.html, `Window ${at}`)
      windows.push({ ...asked, page, at })
    }
    for (const { at, page, ...asked } of [...windows.slice(4), ...windows.slice(0, 4).reverse()]) {
      goTo(at)
      const decision = at % 4 === 3 ? 'deny' : 'approve'
      const answer = await press(browser, page, decision)
      t.equal(new URL(answer.location ?? '').searchParams.get('state'), `window-${at}`)
      if (decision === 'approve') await isGood(t, scene, answer, { page, ...asked })
      t.match(answer.html, decision === 'approve' ? `Window ${at} is allowed` : `so Window ${at} got nothing`)
    }

    const many = await Promise.all(Array.from({ length: 7 }, () => ask(scene, browser)))
    const answers = await Promise.all(many.map(({ page }) => press(browser, page, 'approve')))
    t.equal(new Set(answers.map(codeOf)).size, 7, 'all at once')
    const oldest = await ask(scene, browser)
    for (let count = 0; count < 8; count++) await ask(scene, browser)
    isRefusedHere(t, await press(browser, oldest.page, 'approve'), 'the oldest of too many')
  },
}

const FOREIGN: readonly Readonly<Record<string, string | undefined>>[] = [
  ...[
    'null',
    'https://evil.example',
    'http://mcp.acme.example',
    `${PUBLIC_URL}.evil.example`,
    `${PUBLIC_URL}:8443`,
    `${PUBLIC_URL}/`,
  ].map(origin => ({ origin })),
  ...[
    'https://acme.example',
    'https://MCP.ACME.EXAMPLE',
    'undefined',
    '*',
    `${PUBLIC_URL} ${PUBLIC_URL}`,
    'https://claude.ai',
    ' ',
  ].map(origin => ({ origin })),
  ...['cross-site', 'same-site', 'none', 'SAME-ORIGIN', 'same-origin, same-origin', 'x'].map(site => ({
    'sec-fetch-site': site,
  })),
  { origin: undefined, 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': undefined },
]

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg onload=alert(1)>',
  '</bdi></h1></form><form action=https://evil.example>',
  '&lt;b&gt;',
  '&#x202e;evil',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what template engines would look into
  '${7*7}{{7*7}}<%= 7*7 %>',
  'Claude (verified by Acme Billing)',
  'javascript:alert(1)',
  '<!--',
]

const UNSEEN = [
  ...[
    '\u202eClaude',
    'Cl\u200baude',
    'Claude\u2066x\u2069',
    '\u200f',
    'a\u0000b',
    'a\nb',
    'a\r\nb',
    'a\tb',
    '\u0085',
    '\u2028',
    'x\u00ad',
    '\ufeff',
    '\u2800',
  ],
  ...[
    'x\u0301\u0301\u0301\u0301\u0301',
    'x'.repeat(10_000),
    '\u202e'.repeat(10_000),
    ' ',
    '\u3000',
    '\ue000',
    '\u{e0041}',
    '\ud800',
    '\u115f',
    '\u061c',
  ],
  ...[7, true, ['Claude'], { name: 'Claude' }],
]

for (const store of STORES) {
  t.test(`consent (${store})`, { skip: withoutStore(store) }, async t => {
    const server = await startDocumentServer(t, ['app.example.org'])
    const gateway = await startGateway(t, {
      store,
      nodes: 2,
      oauth: { rememberConsent: '30d' },
      documents: server.documents,
    })
    const scene: Scene = {
      gateway,
      credential: gateway.product.credentials.pat(['*']),
      serve: document => (server.answer = json(document)),
    }
    for (const [name, run] of Object.entries(CASES)) await t.test(`${name} (${store})`, t => run(t, scene))
    t.equal(gateway.logged().includes('unexpected'), false, gateway.logged())
  })

  t.test(
    `N41: of 50 answers at two processes one counts (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const fleet = await startTwoProcesses(t, { store })
      const credential = fleet.product.credentials.pat(['*'])
      const clientId = await register(fleet.node)
      const { browser, goTo } = roam([fleet.one, fleet.other])
      for (const decisions of [['approve'], ['approve', 'deny']]) {
        const { verifier, challenge } = pkce()
        goTo(0)
        const begun = await browser.open(authorizeUrl(clientId, challenge, { prompt: 'login' }))
        goTo(1)
        const page = await signIn(browser, begun.location ?? '', credential)
        const form = formOf(page, 'approve')
        const answers = await inParallel(fleet, 50, (door, number) => {
          const decision = decisions[(number >> 1) % decisions.length]
          return forge(door, browser, { body: bodyOf(form, { decision }), headers: ORIGIN })
        })
        const counted = answers.filter(({ location }) => location !== undefined)
        t.equal(counted.length, 1, decisions.join(' and '))
        for (const answer of answers)
          if (answer.location === undefined) isRefusedHere(t, answer, 'came too late')
        const code = counted.map(codeOf)[0]
        if (code === undefined) continue
        t.equal((await redeem(fleet.one, { code, clientId, verifier })).status, 200)
      }
    },
  )
}

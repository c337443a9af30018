/** What only a real browser does on the way through the pages: where it is sent, its tabs, its history, its keyboard. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright-core'
import t from 'tap'
import { type OAuthGateway, pkce, postForm, register, startGateway } from '../oauth/gateway.ts'
import { startCallbackListener } from './callback-listener.ts'
import { launch, withoutBrowser } from './launch.ts'
import { openPerson, type Tab } from './person.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots', import.meta.url))
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback'
const CLAUDE = 'https://claude.ai/api/mcp/auth_callback'
const VS_CODE = 'https://vscode.dev/redirect'

t.test('the flow in a browser', { skip: withoutBrowser() }, async t => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const gateway = await startGateway(t, { config: { publicUrl: undefined } })
  const credential = gateway.product.credentials.pat(['*'])
  const browser = await launch(t)
  /** Up to the question, as somebody new. */
  const toConsent = async (tab: Tab, { url }: Asked) => {
    await tab.open(url)
    await tab.signIn(credential)
    await tab.sees('Allow Helper to use Acme Billing in your name?')
  }

  t.test('goes on to another site after Allow, and wherever that sends it', async t => {
    const { context, tab, complaints } = await openPerson(t, browser)
    const listener = await startCallbackListener(t)
    const claude = await ask(gateway, CLAUDE)
    const code = await standInFor(context, CLAUDE, { body: 'Connected.' })
    const one = await tab()
    await toConsent(one, claude)
    await one.press('Allow')
    t.equal(await redeem(gateway, claude, await code.asked), 200)
    await one.page.getByText('Connected.').waitFor()

    // The site of this editor hands the code on to the program on the person's machine.
    const editor = await ask(gateway, VS_CODE)
    const handed = await standInFor(context, VS_CODE, { status: 302, headers: { location: listener.url } })
    await one.open(editor.url)
    await one.press('Allow')
    t.equal(await redeem(gateway, editor, await handed.asked), 200)
    await one.sees('Back at the program')
    t.same(complaints, [])
  })

  t.test('would be held back by the policy if a redirect answered the form', async t => {
    // Why the answer to Allow is a page that goes on by itself.
    const { context, tab, complaints } = await openPerson(t, browser)
    const one = await tab()
    await toConsent(one, await ask(gateway, CLAUDE))
    let asked = 0
    await context.route('https://**', route => {
      asked++
      return route.fulfill({ body: 'There.' })
    })
    await context.route('**/oauth/consent', route =>
      route.fulfill({ status: 303, headers: { location: CLAUDE } }),
    )
    const said = context.waitForEvent('console')
    await one.press('Allow')
    t.match((await said).text(), 'form-action')
    t.equal(asked, 0)
    t.equal(complaints.length, 1)
  })

  t.test('hands a private scheme to the system, and has a link should that fail', async t => {
    const { tab, complaints } = await openPerson(t, browser)
    const one = await tab()
    const asked = await ask(gateway, CURSOR)
    await toConsent(one, asked)
    const [first] = await Promise.all([
      one.page.waitForRequest(request => request.url().startsWith('cursor:')),
      one.press('Allow'),
    ])
    t.equal(first.isNavigationRequest(), true)
    // Nobody takes the scheme here, so the page stays, as it does with an editor that opens beside the browser.
    await one.sees('Helper is allowed')
    const link = one.page.getByRole('link', { name: 'Go on to Helper' })
    t.equal(await link.getAttribute('href'), first.url())
    t.equal(await redeem(gateway, asked, new URL(first.url())), 200)
    t.same(complaints, [])
  })

  t.test('says what a no has done, and tells the client', async t => {
    const { tab, complaints } = await openPerson(t, browser)
    const one = await tab()
    await toConsent(one, await ask(gateway, CURSOR))
    const [request] = await Promise.all([
      one.page.waitForRequest(request => request.url().startsWith('cursor:')),
      one.press('Deny'),
    ])
    const { searchParams } = new URL(request.url())
    t.same([searchParams.get('error'), searchParams.get('code')], ['access_denied', null])
    await one.sees('Nothing was connected')
    t.match(await one.text(), 'goes back to the app on this device (cursor:).')
    for (const colorScheme of ['light', 'dark'] as const) {
      await one.page.emulateMedia({ colorScheme })
      await one.page.screenshot({
        path: `${SCREENSHOTS}/connect-7-denied-${colorScheme}.png`,
        fullPage: true,
      })
    }
    t.same(complaints, [])
  })

  t.test('N48: parallel tabs of one browser both work', async t => {
    const { tab, complaints } = await openPerson(t, browser)
    const listener = await startCallbackListener(t)
    const [one, two, three] = [await tab(), await tab(), await tab()]
    const [a, b, c] = [
      await ask(gateway, listener.url, 'a'),
      await ask(gateway, listener.url, 'b'),
      await ask(gateway, listener.url, 'c'),
    ]
    await one.open(a.url)
    await two.open(b.url)
    await toConsent(one, a)
    // Opened before anybody was signed in, and asked for it all the same.
    await two.signIn(credential)
    await two.sees('Allow Helper to use Acme Billing in your name?')
    await three.open(c.url)
    await three.sees('Allow Helper to use Acme Billing in your name?')
    for (const [tab, asked, state] of [
      [two, b, 'b'],
      [one, a, 'a'],
      [three, c, 'c'],
    ] as const) {
      await tab.press('Allow')
      const callback = await listener.next()
      t.equal(callback.searchParams.get('state'), state)
      t.equal(await redeem(gateway, asked, callback), 200)
      await tab.sees('Back at the program')
    }
    t.same(complaints, [])
  })

  t.test('leads nowhere a second time, when somebody goes back after Allow', async t => {
    const { tab, complaints } = await openPerson(t, browser)
    const listener = await startCallbackListener(t)
    const one = await tab()
    const asked = await ask(gateway, listener.url)
    await toConsent(one, asked)
    await one.press('Allow')
    await one.sees('Back at the program')
    await one.page.goBack()
    await one.sees('This page has expired')
    t.equal(await one.page.getByRole('button').count(), 0, 'there is nothing to press any more')
    t.equal(listener.visits.length, 1)
    t.equal(await redeem(gateway, asked, await listener.next()), 200, 'and the code still works')
    t.same(complaints, [])
  })

  t.test('takes many clicks for one, however long the answer takes', async t => {
    const { context, tab, complaints } = await openPerson(t, browser)
    const listener = await startCallbackListener(t)
    const one = await tab()
    await toConsent(one, await ask(gateway, listener.url))
    const clicked = Promise.withResolvers<void>()
    let posts = 0
    await context.route('**/oauth/consent', async route => {
      posts++
      const response = await route.fetch()
      await clicked.promise
      await route.fulfill({ response })
    })
    const button = one.page.getByRole('button', { name: 'Allow', exact: true })
    await button.scrollIntoViewIfNeeded()
    const { x, y } = (await button.boundingBox()) ?? { x: 0, y: 0 }
    const click = () => one.page.mouse.click(x + 9, y + 9, { delay: 40 })
    // One that leads nowhere, as when somebody stops loading: the button comes back.
    await one.page.evaluate('addEventListener("submit", event => event.preventDefault(), { once: true })')
    await click()
    t.equal(await one.page.evaluate(TAKES_CLICKS), 'none')
    await one.page.evaluate('document.activeElement.blur()')
    t.equal(await one.page.evaluate(TAKES_CLICKS), 'none', 'for a while')
    await one.page.evaluate('document.getAnimations().forEach(animation => animation.finish())')
    t.equal(await one.page.evaluate(TAKES_CLICKS), 'auto')

    for (let count = 0; count < 4; count++) await click()
    clicked.resolve()
    t.match((await listener.next()).searchParams.get('code'), /^acme_oac_/)
    await one.sees('Back at the program')
    t.equal(posts, 1)
    t.same(complaints, [])
  })

  t.test('is gone through by keyboard alone', async t => {
    const { tab, complaints } = await openPerson(t, browser)
    const listener = await startCallbackListener(t)
    const one = await tab()
    const asked = await ask(gateway, listener.url)
    const { keyboard } = one.page
    await one.open(asked.url)
    await tabTo(one, 'Personal access token')
    await keyboard.type(credential)
    await keyboard.press('Enter')
    await one.sees('Allow Helper to use Acme Billing in your name?')
    await tabTo(one, 'manage:*')
    await keyboard.press('Space')
    await tabTo(one, 'Allow')
    await keyboard.press('Enter')
    const callback = await listener.next()
    const answer = await exchange(gateway, asked, callback)
    t.equal(answer.body.scope, 'read:* write:*')
    t.same(complaints, [])
  })
})

interface Asked {
  /** What the client opens. */
  readonly url: string
  readonly clientId: string
  readonly redirect: string
  readonly verifier: string
}

/** Registers a client and lets it ask for everything. */
async function ask({ node }: OAuthGateway, redirect: string, state = 'st4te'): Promise<Asked> {
  const clientId = await register(node, { client_name: 'Helper', redirect_uris: [redirect] })
  const { verifier, challenge } = pkce()
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirect,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
    resource: `${node.origin}/mcp`,
  })
  return { url: `${node.origin}/oauth/authorize?${query}`, clientId, redirect, verifier }
}

function exchange({ node }: OAuthGateway, { clientId, redirect, verifier }: Asked, callback: URL) {
  return postForm(node, '/oauth/token', {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? undefined,
    redirect_uri: redirect,
    client_id: clientId,
    code_verifier: verifier,
    resource: `${node.origin}/mcp`,
  })
}

/** The status that the code is answered with at the token endpoint. */
async function redeem(gateway: OAuthGateway, asked: Asked, callback: URL): Promise<number> {
  return (await exchange(gateway, asked, callback)).status
}

/** Answers in place of a site of the internet; the first address that is asked for there. */
async function standInFor(
  context: BrowserContext,
  site: string,
  answer: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string },
): Promise<{ readonly asked: Promise<URL> }> {
  const asked = Promise.withResolvers<URL>()
  await context.route(
    url => url.href.startsWith(site),
    route => {
      asked.resolve(new URL(route.request().url()))
      return route.fulfill({ contentType: 'text/html', ...answer })
    },
  )
  return { asked: asked.promise }
}

/** Presses the tab key until something of this name has the focus. */
async function tabTo({ page }: Tab, name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    const focused = String(await page.evaluate(FOCUSED))
    if (focused.includes(name)) return
  }
  throw new Error(`the tab key never reaches ${name}`)
}

const FOCUSED = '(document.activeElement.labels?.[0] ?? document.activeElement).textContent'

const TAKES_CLICKS = 'getComputedStyle(document.querySelector("button[value=approve]")).pointerEvents'

/** The pages in a real browser: with the policy they are served with, by keyboard, narrow, in both colour schemes. */
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { connectionsPage } from '../../src/console/pages/connections-page.ts'
import { consentPage } from '../../src/console/pages/consent-page.ts'
import { messagePage } from '../../src/console/pages/message-page.ts'
import { signInPage } from '../../src/console/pages/sign-in-page.ts'
import { STYLE_SOURCE } from '../../src/console/pages/style-sheet.ts'
import { contentSecurityPolicy } from '../../src/oauth/page-headers.ts'
import { HOSTILE_PAGES } from '../console/hostile-pages.ts'
import * as sample from '../console/sample-pages.ts'
import { launch, withoutBrowser } from './launch.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots', import.meta.url))
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** By the name of their picture. */
const PAGES: Readonly<Record<string, string>> = {
  'sign-in': signInPage(sample.SIGN_IN),
  'sign-in-again': signInPage(sample.SIGN_IN_AGAIN),
  consent: consentPage(sample.CONSENT),
  'consent-unverified': consentPage(sample.CONSENT_UNVERIFIED),
  denied: messagePage(sample.DENIED),
  error: messagePage(sample.ERROR),
  connections: connectionsPage(sample.CONNECTIONS),
}
const SCHEMES = ['light', 'dark'] as const

const skip = withoutBrowser()

t.test('pages in a browser', { skip }, async t => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const origin = await serve(t, { ...PAGES, ...HOSTILE_PAGES })
  const browser = await launch(t)

  t.test('nothing is refused by the policy, and nothing is asked for besides the page', async t => {
    await using opened = await open(browser, origin)
    for (const name of Object.keys(PAGES)) {
      await opened.visit(name)
      t.same(opened.said, [], `${name}: console`)
      t.same(opened.asked, [`${origin}/${name}`], `${name}: requests`)
      const font = await opened.page.evaluate('getComputedStyle(document.querySelector("h1")).fontWeight')
      t.equal(font, '650', `${name}: the style sheet is in force`)
    }
  })

  for (const colorScheme of SCHEMES) {
    t.test(`no fault of accessibility is found, and a picture is kept: ${colorScheme}`, async t => {
      await using opened = await open(browser, origin, { colorScheme, bypassCSP: true })
      for (const name of Object.keys(PAGES)) {
        await opened.visit(name)
        await opened.page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}.png`, fullPage: true })
        t.same(await faults(opened.page), [], name)
      }
    })
  }

  t.test('at 320 pixels nothing has to be scrolled sideways', async t => {
    // What 1280 pixels at 400 % are too (WCAG 2.2, 1.4.10).
    const viewport = { width: 320, height: 640 }
    await using opened = await open(browser, origin, { viewport })
    for (const name of Object.keys({ ...PAGES, ...HOSTILE_PAGES })) {
      await opened.visit(name)
      const width = await opened.page.evaluate('document.documentElement.scrollWidth')
      t.ok(Number(width) <= 320, `${name}: ${width} pixels wide`)
      if (name in PAGES)
        await opened.page.screenshot({ path: `${SCREENSHOTS}/${name}-narrow.png`, fullPage: true })
    }
  })

  t.test('with letters twice as large nothing is cut off', async t => {
    await using opened = await open(browser, origin, { bypassCSP: true })
    for (const name of Object.keys({ ...PAGES, ...HOSTILE_PAGES })) {
      await opened.visit(name)
      await opened.page.addStyleTag({ content: 'html { font-size: 200% !important }' })
      const width = await opened.page.evaluate('document.documentElement.scrollWidth')
      t.ok(Number(width) <= 1280, `${name}: ${width} pixels wide`)
      t.same(await opened.page.evaluate(CUT_OFF), [], name)
    }
  })

  t.test('the keyboard reaches everything in the order in which it is read', async t => {
    t.same(await tabStops(browser, origin, 'consent'), [
      'Use another account',
      'See everything read:*',
      'See, create and change everything write:*',
      'See, change, delete and send out invoices manage:invoices',
      'Deny',
      'Allow',
      'your connected apps',
    ])
    t.same(await tabStops(browser, origin, 'sign-in'), [
      'Sign in with Acme',
      'E-mail',
      'API token',
      'Sign in with an API token',
      'Where do I find this? (opens a new tab)',
      'Don’t connect Claude',
    ])
  })

  t.test('Enter in a tick box denies, and what was unticked is not sent', async t => {
    /** What the form of the consent page sends after this was done to it. */
    const sent = async (act: (page: Page) => Promise<void>) => {
      await using opened = await open(browser, origin)
      await opened.visit('consent')
      const request = opened.page.waitForRequest(one => one.method() === 'POST')
      await act(opened.page)
      return (await request).postData()
    }
    t.equal(
      await sent(page => page.getByRole('checkbox', { name: 'See everything' }).press('Enter')),
      'flow=flow-1&csrf=csrf-1&scope.0=read%3A*&scope.1=write%3A*&decision=deny',
    )
    t.equal(
      await sent(async page => {
        await page.getByRole('checkbox', { name: /write:/ }).press('Space')
        await page.getByRole('button', { name: 'Allow' }).press('Enter')
      }),
      'flow=flow-1&csrf=csrf-1&scope.0=read%3A*&decision=approve',
    )
  })

  t.test('what is wrong is said, and said of the field', async t => {
    await using opened = await open(browser, origin)
    await opened.visit('sign-in-again')
    const field = opened.page.getByLabel('API token', { exact: true })
    t.equal(await field.getAttribute('aria-invalid'), 'true')
    const id = (await field.getAttribute('aria-describedby')) ?? 'none'
    t.match(await opened.page.locator(`#${id}`).textContent(), 'did not accept this token')
    t.equal(await opened.page.getByRole('alert').count(), 1)
    t.match(await opened.page.title(), /^Problem: /)
  })

  t.test('names of strangers bring nothing into the page', async t => {
    await using opened = await open(browser, origin)
    for (const name of Object.keys(HOSTILE_PAGES)) {
      await opened.visit(name)
      t.same(opened.said, [], `${name}: console`)
      t.same(opened.asked, [`${origin}/${name}`], `${name}: requests`)
      const foreign = await opened.page.evaluate(
        'document.querySelectorAll("script, img, iframe, object, embed, link, base, svg, [onclick], [onerror], [style]").length',
      )
      t.equal(foreign, 0, `${name}: elements`)
    }
  })
})

/** Texts of buttons and links that are wider than their own box. */
const CUT_OFF = `[...document.querySelectorAll('button, a, label, h1, h2, p, dd')]
  .filter(element => !element.closest('.hidden') && !element.querySelector('.hidden') && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
  .map(element => element.textContent)`

async function serve(t: Test, pages: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const html = pages[(request.url ?? '').slice(1)]
    response
      .writeHead(html === undefined ? 404 : 200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(STYLE_SOURCE),
      })
      .end(html ?? 'There is nothing here.')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Opened extends AsyncDisposable {
  readonly page: Page
  /** Goes to a page, and forgets what was said and asked for before. */
  readonly visit: (name: string) => Promise<void>
  /** What the console said, for example of a policy that refused something. */
  readonly said: readonly string[]
  /** Addresses that the page asked for. */
  readonly asked: readonly string[]
}

/** A person of their own, with the pages of the test. */
async function open(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const said: string[] = []
  const asked: string[] = []
  page.on('console', message => said.push(message.text()))
  page.on('request', request => asked.push(request.url()))
  const visit = async (name: string) => {
    said.length = 0
    asked.length = 0
    await page.goto(`${origin}/${name}`)
  }
  return { page, visit, said, asked, [Symbol.asyncDispose]: () => context.close() }
}

/** What axe-core finds by the rules of WCAG 2.2 A and AA, and of good practice. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: AXE })
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join('; ')))`,
  )
  return Array.isArray(found) ? found.map(String) : ['axe did not answer']
}

/** Names of what gets the focus, one tab key after the other, from the top of the page to its end. */
async function tabStops(browser: Browser, origin: string, name: string): Promise<readonly string[]> {
  await using opened = await open(browser, origin)
  await opened.visit(name)
  const stops: string[] = []
  for (let presses = 0; presses < 30; presses += 1) {
    await opened.page.keyboard.press('Tab')
    const name = await opened.page.evaluate(FOCUSED)
    if (typeof name !== 'string') break
    stops.push(name)
  }
  return stops
}

/** The name of the focused element, or nothing; says so where the focus can't be seen. */
const FOCUSED = `(() => {
  const element = document.activeElement
  if (element === document.body || element === null) return undefined
  if (getComputedStyle(element).outlineStyle === 'none') return 'the focus is not seen'
  const text = (element.labels?.[0] ?? element).textContent
  return text.replace(/\\s+/g, ' ').trim()
})()`

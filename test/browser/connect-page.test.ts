/**
 * The connect page of a real gateway in a real browser: read, opened and copied by keyboard, with and without JavaScript,
 * narrow, in both colour schemes.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import { CLIENTS, GUIDES } from '../../src/console/client-snippets.ts'
import { describeConnection } from '../../src/console/describe-connection.ts'
import { startGateway } from '../oauth/gateway.ts'
import { launch, withoutBrowser } from './launch.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots', import.meta.url))
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

t.test('the connect page in a browser', { skip: withoutBrowser() }, async t => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const { node } = await startGateway(t, {
    config: {
      publicUrl: undefined,
      servers: [{ path: '/mcp' }, { path: '/mcp/admin', title: 'Acme Administration', auth: ['oauth'] }],
      publication: { tools: true },
    },
  })
  const { config } = node.app
  const browser = await launch(t)

  /** A person of their own on the page; what the console says against it is collected. */
  const open = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const said: string[] = []
    const asked: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
    page.on('request', request => asked.push(request.url()))
    await page.goto(`${node.origin}/`)
    return { page, said, asked, context, [Symbol.asyncDispose]: () => context.close() }
  }

  t.test('without JavaScript it says all that `postern connect` prints', async t => {
    await using opened = await open({ javaScriptEnabled: false })
    const { page, said, asked } = opened
    const expected = config.servers.flatMap(server => {
      const url = node.origin + server.path
      const texts = CLIENTS.flatMap(client => describeConnection({ config, server, url, client }).snippets)
      return [url, ...texts.map(({ text }) => text.trimEnd())]
    })
    t.same(await page.locator('pre').allTextContents(), expected)
    const codex = page.locator('details', { hasText: GUIDES.codex.title }).first()
    t.notOk(await codex.locator('pre').first().isVisible())
    await codex.locator('summary').click()
    t.ok(await codex.locator('pre').first().isVisible())
    t.equal(await page.getByRole('button').count(), 0, 'nothing is offered that would do nothing')
    await page.locator('pre code').first().click()
    t.equal(await page.evaluate('String(getSelection())'), `${node.origin}/mcp`, 'a click selects all of it')
    t.same(said, [], 'console')
    t.same(asked, [`${node.origin}/`], 'nothing else is asked for')
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    t.test(`no fault of accessibility is found, and pictures are kept: ${colorScheme}`, async t => {
      await using opened = await open({ colorScheme, bypassCSP: true })
      const { page } = opened
      await page.screenshot({ path: `${SCREENSHOTS}/connect-page-${colorScheme}.png`, fullPage: true })
      await unfold(page)
      // What is not colour is the same in both.
      t.same(await faults(page, colorScheme === 'light' ? ALL : { rules: ['color-contrast'] }), [])
    })
  }

  t.test('at 320 pixels, and with letters twice as large, nothing has to be scrolled sideways', async t => {
    await using narrow = await open({ viewport: { width: 320, height: 640 } })
    await narrow.page.screenshot({ path: `${SCREENSHOTS}/connect-page-narrow.png`, fullPage: true })
    await unfold(narrow.page)
    t.ok((await width(narrow.page)) <= 320)
    await using large = await open({ bypassCSP: true })
    await unfold(large.page)
    await large.page.addStyleTag({ content: 'html { font-size: 200% !important }' })
    t.ok((await width(large.page)) <= 1280)
  })

  t.test('the keyboard opens a client, and copies', async t => {
    await using opened = await open()
    const { page, said, context } = opened
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const claude = page.locator('summary', { hasText: GUIDES['claude-code'].title }).first()
    const stops: string[] = []
    while (stops.length < 12 && stops.at(-1) !== 'Claude Code browser sign-in') {
      await page.keyboard.press('Tab')
      stops.push(await page.evaluate(FOCUSED))
    }
    t.same(stops, [
      'Acme Billing /mcp',
      'Acme Administration /mcp/admin',
      'Copy the URL of Acme Billing',
      'Add to Cursor',
      'Add to VS Code',
      'Claude Code browser sign-in',
    ])
    await page.keyboard.press('Enter')
    t.ok(await claude.locator('..').locator('pre').first().isVisible())
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate(FOCUSED), 'Copy what is pasted for Claude Code')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    t.equal(
      await page.evaluate('navigator.clipboard.readText()'),
      `claude mcp add --transport http acme ${node.origin}/mcp`,
    )
    t.same(said, [], 'the policy lets the script run, and nothing complains')
  })

  t.test('where pages may not write to the clipboard, the text is selected', async t => {
    await using opened = await open({ bypassCSP: true })
    const { page } = opened
    await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })')
    await page.getByRole('button', { name: 'Copy the URL of Acme Billing' }).click()
    await page.getByRole('status').filter({ hasText: 'Selected' }).waitFor({ state: 'attached' })
    t.equal(await page.evaluate('String(getSelection())'), `${node.origin}/mcp`)
  })
})

async function unfold(page: Page): Promise<void> {
  // Clients of one server are folded by each other.
  await page.evaluate(
    'document.querySelectorAll("details").forEach(one => { one.removeAttribute("name"); one.open = true })',
  )
}

async function width(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth'))
}

/** The rules of WCAG 2.2 A and AA, and of good practice. */
const ALL = { tags: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }

/** What axe-core finds by some rules. */
async function faults(
  page: Page,
  { tags, rules }: { tags?: readonly string[]; rules?: readonly string[] },
): Promise<readonly string[]> {
  await page.addScriptTag({ content: AXE })
  const found = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(tags ?? { type: 'rule', values: rules })} })
      .then(({ violations, passes }) => [
        ...violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html + ' ' + failureSummary).join('; ')),
        ...(passes.length === 0 ? ['nothing was looked at'] : []),
      ])`,
  )
  return Array.isArray(found) ? found.map(String) : ['axe did not answer']
}

/** The name of what has the focus; says so where the focus can't be seen. */
const FOCUSED = `(() => {
  const element = document.activeElement
  if (getComputedStyle(element).outlineStyle === 'none') return 'the focus is not seen'
  const text = element.getAttribute('aria-label') ?? [...element.childNodes].map(node => node.textContent).join(' ')
  return text.replace(/\\s+/g, ' ').trim()
})()`

/**
 * A person connects a program on their machine in a real browser: signs in with the product's credential, is refused
 * once, unticks, allows or denies, finds the connection among their apps and ends it.
 */
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { pkce, register, startGateway } from '../oauth/gateway.ts'
import { launch, withoutBrowser } from './launch.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../build/screenshots', import.meta.url))
const SCHEMES = ['light', 'dark'] as const

t.test('connecting in a browser', { skip: withoutBrowser() }, async t => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const { node, product } = await startGateway(t, { config: { publicUrl: undefined } })
  const program = await startProgram(t)
  const redirect = `${program.origin}/callback`
  const clientId = await register(node, { client_name: 'Invoice helper', redirect_uris: [redirect] })
  const pat = product.credentials.pat(['read:*', 'write:*'])
  const browser = await launch(t)

  const begin = async (page: Page, state: string) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
      state,
      resource: `${node.origin}/mcp`,
    })
    await page.goto(`${node.origin}/oauth/authorize?${query}`)
  }

  for (const colorScheme of SCHEMES) {
    t.test(`with JavaScript switched off: ${colorScheme}`, async t => {
      const context = await browser.newContext({ javaScriptEnabled: false, colorScheme })
      const page = await context.newPage()
      const said: string[] = []
      page.on('console', message => said.push(message.text()))
      const picture = (name: string) =>
        page.screenshot({ path: `${SCREENSHOTS}/connect-${name}-${colorScheme}.png`, fullPage: true })

      await begin(page, 'one')
      await page.getByRole('heading', { name: 'Invoice helper' }).waitFor()
      await picture('1-sign-in')
      await page.getByLabel('Personal access token').fill('wrong')
      await page.getByRole('button', { name: 'Sign in with' }).click()
      await page.getByRole('alert').waitFor()
      t.match(await page.title(), /^Problem: /)
      t.equal(await page.getByLabel('Personal access token').inputValue(), '')
      await picture('2-sign-in-refused')

      await page.getByLabel('Personal access token').fill(pat)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Allow' }).waitFor()
      t.match(await page.getByRole('main').textContent(), /this name is not verified/)
      t.match(await page.getByRole('main').textContent(), new URL(redirect).host)
      await picture('3-consent')
      await page.getByRole('checkbox').last().uncheck()
      await page.getByRole('button', { name: 'Allow' }).click()
      // The program sends on to another site: that must not be held against the form.
      await page.waitForURL(`${program.other}/welcome`)
      t.match(program.received.at(-1)?.get('code'), /^acme_oac_/)
      t.match(program.received.at(-1)?.get('state'), 'one')

      await begin(page, 'two')
      await page.getByRole('button', { name: 'Deny' }).click()
      await page.waitForURL(`${program.other}/welcome`)
      t.equal(program.received.at(-1)?.get('error'), 'access_denied')
      t.equal(program.received.at(-1)?.get('code'), null)

      await page.goto(`${node.origin}/connections`)
      const disconnect = page.getByRole('button', { name: 'Disconnect Invoice helper' })
      t.equal(await disconnect.count(), 1)
      const listed = await page.getByRole('main').textContent()
      t.match(listed, 'read:*')
      t.notMatch(listed, 'write:*', 'what was unticked was not given')
      await picture('4-connections')
      await disconnect.click()
      await page.getByRole('status').waitFor()
      t.match(await page.getByRole('status').textContent(), 'Invoice helper is disconnected.')
      t.equal(await disconnect.count(), 0)
      await picture('5-disconnected')

      await page.goto(`${node.origin}/oauth/consent?flow=none`)
      t.match(await page.title(), /^Problem: This page has expired/)
      await picture('6-error')
      await page.goto(`${node.origin}/connections`)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
      await page.goto(`${node.origin}/connections`)
      await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
      t.same(
        said.filter(text => !/the server responded with a status of 4\d\d/.test(text)),
        [],
        'the browser complains of nothing',
      )
      await context.close()
    })
  }
})

interface Program {
  readonly origin: string
  /** Another site that it sends the browser on to. */
  readonly other: string
  /** Queries that came to its callback. */
  readonly received: URLSearchParams[]
}

/** A program that waits for a code, as editors and command lines do. */
async function startProgram(t: Test): Promise<Program> {
  const received: URLSearchParams[] = []
  const other = await listen(t, () => undefined)
  const origin = await listen(t, url => {
    if (url.pathname !== '/callback') return undefined
    received.push(url.searchParams)
    return `${other}/welcome`
  })
  return { origin, other, received }
}

async function listen(t: Test, redirect: (url: URL) => string | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const location = redirect(new URL(request.url ?? '', 'http://127.0.0.1'))
    response.writeHead(location === undefined ? 200 : 302, { ...(location !== undefined && { location }) })
    response.end('You may close this window.')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

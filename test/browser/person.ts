import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'

/** Somebody with a browser of their own, which may have several tabs. */
export interface Person {
  readonly context: BrowserContext
  /** A further tab. */
  readonly tab: () => Promise<Tab>
  /** What any console said, for example of a policy that refused something; pages that say no by status are not that. */
  readonly complaints: readonly string[]
}

/** One tab, and what people do there. */
export interface Tab {
  readonly page: Page
  readonly open: (url: URL | string) => Promise<void>
  /** Types a credential of the product and presses the button. */
  readonly signIn: (credential: string) => Promise<void>
  readonly untick: (scope: string) => Promise<void>
  readonly press: (button: 'Allow' | 'Deny') => Promise<void>
  /** Waits for the page of this heading. */
  readonly sees: (heading: string) => Promise<void>
  readonly text: () => Promise<string>
}

/** Lets somebody sit down. */
export async function openPerson(
  t: Test,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext(options)
  // What hangs shows where, before the whole test is ended.
  context.setDefaultTimeout(15_000)
  t.teardown(() => context.close())
  const complaints: string[] = []
  context.on('console', message => {
    if (!/the server responded with a status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  return { context, complaints, tab: async () => createTab(await context.newPage()) }
}

function createTab(page: Page): Tab {
  return {
    page,
    async open(url) {
      await page.goto(String(url))
    },
    async signIn(credential) {
      await page.getByLabel('Personal access token').fill(credential)
      await page.getByRole('button', { name: 'Sign in with' }).click()
    },
    untick: scope => page.getByRole('checkbox', { name: scope }).uncheck(),
    press: button => page.getByRole('button', { name: button, exact: true }).click({ noWaitAfter: true }),
    sees: heading => page.getByRole('heading', { level: 1, name: heading }).waitFor(),
    text: () => page.getByRole('main').innerText(),
  }
}

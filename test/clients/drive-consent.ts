/**
 * What a person does with the address that a client has opened, without a browser: signs in, looks at what is asked,
 * decides, and goes where that leads. Reads the forms of the pages as they come, and knows none of them beforehand.
 */
import { Browser, type Form, type Page } from '../oauth/browser.ts'

/** Who sits there. */
export interface Somebody {
  /** What they type into the fields that are empty, in order; for several ways of signing in, `way` says which. */
  readonly credential: readonly string[]
  readonly way?: string
  /** Scopes whose boxes they untick. */
  readonly unticked?: readonly string[]
  /** Default: `approve`. */
  readonly decision?: 'approve' | 'deny'
}

/** What came of it. */
export interface Driven {
  /** Titles of the pages that were seen, in order. */
  readonly titles: readonly string[]
  /** Where the browser was sent in the end, with `code` or `error`. */
  readonly redirect: URL
  /** What the client’s own page said there; undefined where nobody listens, as with an address of an app. */
  readonly answer: Page | undefined
}

/** More pages than that are a loop. */
const MOST_PAGES = 10

/** Opens an authorization URL and goes on until the browser leaves the authorization server. */
export async function driveConsent(
  url: string,
  somebody: Somebody,
  browser: Browser = new Browser(),
): Promise<Driven> {
  const { origin } = new URL(url)
  const isOwn = (location: string) => new URL(location).origin === origin
  const titles: string[] = []
  let page = await browser.follow(await browser.open(url), isOwn)
  while (page.location === undefined) {
    titles.push(/<title>([^<]*)/.exec(page.html)?.[1] ?? '')
    if (titles.length === MOST_PAGES) throw new Error(`Pages without end: ${titles.join(', ')}`)
    page = await browser.follow(await answerPage(browser, page, somebody), isOwn)
  }
  const redirect = new URL(page.location)
  const isListening = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(redirect.hostname)
  return { titles, redirect, answer: isListening ? await browser.open(redirect.href) : undefined }
}

function answerPage(browser: Browser, page: Page, somebody: Somebody): Promise<Page> {
  const { decision = 'approve', unticked = [] } = somebody
  const deciding = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'approve'))
  if (deciding !== undefined) {
    const boxes = deciding.boxes.filter(name => unticked.includes(deciding.fields[name] ?? ''))
    const fields = Object.fromEntries(boxes.map(name => [name, undefined]))
    return browser.submit(page, deciding, { fields, button: `decision=${decision}` })
  }
  const signingIn = page.forms.find(form => isSignIn(form, somebody))
  if (signingIn === undefined)
    throw new Error(`Nothing to sign in with, nothing to decide: ${page.status}\n${page.html}`)
  const fields = Object.fromEntries(
    emptyFields(signingIn).map((name, index) => [name, somebody.credential[index] ?? '']),
  )
  return browser.submit(page, signingIn, { fields })
}

function isSignIn(form: Form, { way, credential }: Somebody): boolean {
  if (form.fields.way === undefined) return false
  return way === undefined ? emptyFields(form).length === credential.length : form.fields.way === way
}

/** What nobody has filled in yet. */
function emptyFields({ fields }: Form): string[] {
  return Object.keys(fields).filter(name => fields[name] === '')
}

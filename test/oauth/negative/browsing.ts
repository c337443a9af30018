/** A person's browser as the attacks of these tests need it: at any node of a fleet, and with forms as nobody's page has. */
import { Browser, type Form, type Page, readForms } from '../browser.ts'
import { CLAUDE_CALLBACK, type OAuthDoor, postForm } from '../gateway.ts'

/** A browser whose requests go to the node that was chosen last, as a balancer may send them. */
export interface Roaming {
  readonly browser: Browser
  readonly goTo: (node: number) => void
}

/** Opens one, at the first node. */
export function roam(nodes: readonly OAuthDoor[]): Roaming {
  let at = 0
  const browser = new Browser(url => nodes[at % nodes.length]?.at(url) ?? url)
  return { browser, goTo: node => (at = node) }
}

/** The form of a page with this button, or with this field. */
export function formOf(page: Page, what: string): Form {
  const form = page.forms.find(
    ({ buttons, fields }) => what in fields || buttons.some(({ value }) => value === what),
  )
  if (form === undefined) throw new Error(`nothing to press at ${page.url}: ${page.status} ${page.html}`)
  return form
}

/** What is sent in place of what a browser would send. */
export interface Forged {
  readonly body: string
  /** Undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly path?: string
  readonly method?: string
}

/** Sends anything with the cookies of a browser, which keeps none of the answer. */
export async function forge(
  door: OAuthDoor,
  { cookies }: Pick<Browser, 'cookies'>,
  { body, headers = {}, path = '/oauth/consent', method = 'POST' }: Forged,
): Promise<Page> {
  const all: Readonly<Record<string, string | undefined>> = {
    'content-type': 'application/x-www-form-urlencoded',
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    ...headers,
  }
  const sent = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const answer = await fetch(door.origin + path, {
    method,
    headers: Object.fromEntries(sent),
    redirect: 'manual',
    ...(method !== 'GET' && method !== 'HEAD' && { body }),
  })
  const html = await answer.text()
  const location = answer.headers.get('location') ?? onwardOf(answer.headers)
  return { status: answer.status, url: path, headers: answer.headers, html, forms: readForms(html), location }
}

function onwardOf(headers: Headers): string | undefined {
  return /^0;url=(.*)$/.exec(headers.get('refresh') ?? '')?.[1]
}

/** The body of a form with its button pressed. */
export function bodyOf(form: Form, more: Readonly<Record<string, string | undefined>> = {}): string {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...form.fields, ...more })) {
    if (value !== undefined) body.append(name, value)
  }
  return body.toString()
}

/** The code in the address that a page sends the browser to; undefined where there is none. */
export function codeOf({ location }: Page): string | undefined {
  return (location && new URL(location).searchParams.get('code')) ?? undefined
}

/** Redeems a code. */
export function redeem(
  door: OAuthDoor,
  {
    code,
    clientId,
    verifier,
    redirect = CLAUDE_CALLBACK,
  }: Readonly<Record<'code' | 'clientId' | 'verifier', string>> & { readonly redirect?: string },
): ReturnType<typeof postForm> {
  return postForm(door, '/oauth/token', {
    ...{
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      client_id: clientId,
      code_verifier: verifier,
    },
  })
}

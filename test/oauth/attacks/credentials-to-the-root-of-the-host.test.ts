/**
 * A gateway below a path of a host that it shares (`https://acme.example/ai`, a proxy takes the path away): what people
 * type must come back to it, and never to whatever is at the root of the host.
 */
import t from 'tap'
import { Browser, type Page } from '../browser.ts'
import { CLAUDE_CALLBACK, pkce, register, startGateway } from '../gateway.ts'

const SITE = 'https://acme.example/ai'

/** Goes through the proxy, and on as long as nothing is to be filled in; whatever leaves the path is noticed. */
function visitor(origin: string) {
  const left: string[] = []
  const browser = new Browser(url => {
    if (!url.startsWith(`${SITE}/`)) left.push(url)
    return origin + url.slice(SITE.length)
  })
  const isOwn = (location: string) => location.startsWith('https://acme.example/')
  return { left, browser, onward: (page: Page) => browser.follow(page, isOwn) }
}

t.test('sign-in, consent and connections stay below the path', async t => {
  const { node, product } = await startGateway(t, { config: { publicUrl: SITE } })
  const { left, browser, onward } = visitor(node.origin)
  const authorize = new URL(`${SITE}/oauth/authorize`)
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: await register(node),
    redirect_uri: CLAUDE_CALLBACK,
    code_challenge: pkce().challenge,
    code_challenge_method: 'S256',
  }))
    authorize.searchParams.set(name, value)

  const signIn = await onward(await browser.open(authorize.href))
  const [typing] = signIn.forms
  t.ok(signIn.forms.every(({ action }) => new URL(action, signIn.url).href === `${SITE}/oauth/sign-in`))
  if (typing === undefined) throw new Error('no sign-in page')
  const fields = { field0: product.credentials.pat(['*']) }
  const consent = await onward(await browser.submit(signIn, typing, { fields }))
  t.match(consent.url, `${SITE}/oauth/consent?flow=`)
  t.ok(consent.forms.every(({ action }) => new URL(action, consent.url).href === `${SITE}/oauth/consent`))
  const [, link = ''] = /<a href="([^"]*connections)"/.exec(consent.html) ?? []
  t.equal(new URL(link, consent.url).href, `${SITE}/connections`)
  const approval = consent.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'approve'))
  if (approval === undefined) throw new Error('no consent page')
  const approved = await browser.submit(consent, approval, { button: 'decision=approve' })
  t.match(approved.location, `${CLAUDE_CALLBACK}?code=`)

  const own = await onward(await browser.open(`${SITE}/connections`))
  t.match(own.html, 'Test client')
  t.ok(own.forms.every(({ action }) => new URL(action, own.url).href === `${SITE}/connections`))
  t.same(left, [], 'nothing goes to the root of the host')
})

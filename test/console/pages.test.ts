/** Pages as text: what they say, and that names of strangers stay names. */
import t from 'tap'
import { connectionsPage } from '../../src/console/pages/connections-page.ts'
import { consentPage } from '../../src/console/pages/consent-page.ts'
import { describeScope } from '../../src/console/pages/describe-scope.ts'
import { describeTools } from '../../src/console/pages/describe-tools.ts'
import { markup } from '../../src/console/pages/markup.ts'
import { messagePage } from '../../src/console/pages/message-page.ts'
import { problemPage } from '../../src/console/pages/problem-page.ts'
import { signInPage } from '../../src/console/pages/sign-in-page.ts'
import { STYLE_SHEET, STYLE_SOURCE } from '../../src/console/pages/style-sheet.ts'
import { ERRORS, type ErrorCode, PosternError } from '../../src/errors.ts'
import { HOSTILE_PAGES } from './hostile-pages.ts'
import * as sample from './sample-pages.ts'

t.test('a template escapes all but its own pieces', async t => {
  t.equal(
    String(markup`<p title="${`"><&'=`}">${markup`<b>${'<i>'}</b>`}</p>`),
    ['<p title="&#34;&#62;&#60;&#38;&#39;&#61;"><b>&#60;i&#62;</b></p>'].join(''),
  )
  t.equal(String(markup`${undefined}${3}${['<', markup`<hr>`]}`), '3&#60;<hr>')
  t.equal(String(markup`!${'<b>'}`), '!&#60;b&#62;', 'no mark in front makes a value raw')
})

t.test('what nobody sees, or what turns the direction of text, is left out', async t => {
  t.equal(String(markup`${'a\u202eb\u2066c\u200bd\ufeff\u00ade'}`), 'abcde')
  t.equal(String(markup`${'a\u0000b\r\nc\u0085d\u2028e'}`), 'a b  c d e')
  t.equal(String(markup`${'\ud800'}`), '\ufffd')
})

t.test('no text of others brings an element, an attribute or an invisible character', async t => {
  for (const [name, html] of Object.entries(HOSTILE_PAGES)) {
    const body = html.slice(html.indexOf('</style>'))
    t.notMatch(body, /<(?:script|img|b|iframe|svg)[\s>/]/i, `${name}: elements`)
    t.notMatch(body, /<[^>]*\son\w+=/i, `${name}: attributes`)
    t.notMatch(
      html,
      /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\ufeff\u{e0000}-\u{e007f}]/u,
      `${name}: direction`,
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    t.notMatch(html, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/, `${name}: control`)
    t.equal(html.match(/<style>/g)?.length, 1, `${name}: one style sheet`)
    t.equal(html.match(/<\/title>/g)?.length, 1, `${name}: one title`)
  }
})

t.test('names of strangers are isolated from the text around them', async t => {
  const page = consentPage({ ...sample.CONSENT, client: { ...sample.CONSENT.client, name: 'NAME' } })
  const main = page.slice(page.indexOf('<main>'))
  t.equal(main.match(/NAME/g)?.length, main.match(/<bdi>NAME<\/bdi>/g)?.length)
})

t.test('the consent page says who asks, for what and for whom', async t => {
  const page = consentPage(sample.CONSENT)
  t.match(page, '<title>Allow Claude? · Acme Billing</title>')
  t.match(page, /Third-party<\/span> <span class="small">verified: <bdi><strong>claude\.ai/)
  t.match(page, 'the website <bdi><strong>claude.ai')
  t.match(page, 'ada@acme.example')
  t.match(page, 'https://mcp.acme.example/mcp')
  t.match(page, '<code>https://claude.ai/api/mcp/auth_callback</code>')
  t.match(page, 'See everything <code>read:*</code>')
  t.match(page, '12 tools')
  t.match(page, 'Delete invoice</bdi> (overwrites or deletes)')
  t.match(page, 'Send invoice</bdi> (reaches others)')
  t.match(page, /name="scope\.0" value="read:\*" checked/)
  t.notMatch(page, /name="scope\.2" value="manage:invoices" checked/)
  t.notMatch(page, 'role="alert"')
})

t.test('only a host that was verified is called so', async t => {
  const registered = consentPage(sample.CONSENT_UNVERIFIED)
  t.notMatch(registered, 'verified:')
  t.match(registered, 'this name is not verified')
  t.match(registered, 'Any program can call itself by this name.')

  const configured = consentPage({
    ...sample.CONSENT,
    client: { name: 'Own', origin: 'configured', host: undefined },
  })
  t.notMatch(configured, 'Third-party')
  t.match(configured, 'Known here')

  const loopback = consentPage({
    ...sample.CONSENT,
    redirect: { kind: 'loopback', shown: 'localhost', uri: 'http://localhost/callback' },
  })
  t.match(loopback, 'Any program on your computer can pretend to be this app.')
  t.notMatch(consentPage(sample.CONSENT), 'pretend to be this app')
})

t.test('denying and allowing are buttons of one form, denying first', async t => {
  const [, form = ''] =
    /<form method="post" action="\/oauth\/consent">((?:(?!<\/form>)[\s\S])*value="approve"[\s\S]*?)<\/form>/.exec(
      consentPage(sample.CONSENT),
    ) ?? []
  t.same(
    [...form.matchAll(/<button[^>]* value="(\w+)"/g)].map(([, value]) => value),
    ['deny', 'approve'],
  )
  t.match(form, 'name="csrf" value="csrf-1"')
  t.match(form, 'name="flow" value="flow-1"')
})

t.test('a secret is never written into the page again', async t => {
  const way = {
    name: 'product',
    title: 'Token',
    fields: [{ label: 'Token', secret: true, value: 's3cret' }],
    help: undefined,
  }
  t.notMatch(signInPage({ ...sample.SIGN_IN, ways: [way] }), 's3cret')
})

t.test('a help address that is none of the web is no link', async t => {
  const way = { name: 'product', title: 'Token', fields: [], help: 'javascript:alert(1)' }
  t.notMatch(signInPage({ ...sample.SIGN_IN, ways: [way] }), 'javascript:')
})

t.test('signing in for connected apps names no client and denies none', async t => {
  const page = signInPage({
    ...sample.SIGN_IN,
    client: undefined,
    redirect: undefined,
    server: undefined,
    canDeny: false,
  })
  t.match(page, '<h1>Sign in</h1>')
  t.notMatch(page, 'value="deny"')
  t.notMatch(page, 'Third-party')
})

t.test('a problem that is of no way is said above all ways', async t => {
  const page = signInPage({ ...sample.SIGN_IN, problem: { text: 'The provider did not answer.' } })
  t.ok(page.indexOf('The provider did not answer.') < page.indexOf('Sign in with Acme'))
  t.notMatch(page, 'aria-invalid="true"')
})

t.test('connections say what they may do, and what was done', async t => {
  const page = connectionsPage(sample.CONNECTIONS)
  t.match(page, 'Connected <time datetime="2026-10-03T00:00:00.000Z">3 Oct 2026</time>')
  t.match(page, 'not used yet')
  t.match(page, 'name="revoke" value="gra_1">Disconnect<span class="hidden"> Claude</span>')
  t.match(page, 'role="status">Windsurf is disconnected.')
  t.match(page, 'href="/connections?after&#61;gra_2"')
  t.match(
    connectionsPage({ ...sample.CONNECTIONS, connections: [], tokens: [], moreConnections: undefined }),
    'No app can use Acme Billing in the name of',
  )
})

t.test('a message says what happened, and errors by which request', async t => {
  t.match(messagePage(sample.ERROR), /role="alert"[\s\S]*request <code>01jd7k3qxy-17/)
  t.match(messagePage(sample.ERROR), '<title>Problem: This page has expired')
  t.notMatch(messagePage(sample.DENIED), /role="alert"|request <code>/)
})

t.test('a message links to a path or an app, never to what would run here', async t => {
  const link = (href: string) => messagePage({ ...sample.DENIED, link: { href, text: 'Go on' } })
  t.match(link('/connections'), 'href="/connections"')
  t.match(link('cursor://anysphere.cursor-mcp/oauth/callback?code=1'), 'href="cursor://')
  for (const href of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'blob:x',
    'file:///etc',
  ])
    t.notMatch(link(href), 'Go on', href)
})

t.test('every error has a page that says what to do', async t => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const error = new PosternError(code, { detail: 'PRIVATE' })
    const page = problemPage('Acme', error, 'r-1')
    t.match(page, 'r-1', code)
    t.notMatch(page, 'PRIVATE', code)
    t.ok(page.includes(String(markup`${error.message}`)), code)
  }
})

t.test('scopes in words', async t => {
  const names = {
    declared: { 'read:lucent': { title: 'Read your signals' }, 'write:lucent': {} },
    hierarchy: true,
    tools: new Map([['send_invoice', 'Send invoice']]),
  }
  const words = (name: string, hierarchy = true) => describeScope(name, { ...names, hierarchy }).words
  t.equal(words('read:lucent'), 'Read your signals')
  t.equal(words('write:lucent'), 'See, create and change lucent')
  t.equal(words('write:lucent', false), 'Create and change lucent')
  t.equal(words('read:invoice_lines'), 'See invoice lines')
  t.equal(words('read:*'), 'See everything')
  t.equal(words('manage:contacts'), 'See, change, delete and send out contacts')
  t.equal(words('manage:contacts', false), 'Delete and send out contacts')
  t.equal(words('*:contacts', false), 'See, change, delete and send out contacts')
  t.equal(words('*'), 'Everything that you can do here')
  t.equal(words('*:*'), 'Everything that you can do here')
  t.equal(words('send_invoice'), 'Use one tool: Send invoice')
  t.equal(words('toString'), 'The permission “toString”')
})

t.test('tools are counted by tier, and the riskiest are named', async t => {
  const tool = (name: string, tier: 'read' | 'write' | 'manage', destructive = false, openWorld = false) => ({
    name,
    title: undefined,
    tier,
    hints: { readOnly: tier === 'read', destructive, idempotent: true, openWorld },
  })
  const tools = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => tool(name, 'manage'))
  const [read, manage, none] = describeTools([
    ...tools,
    tool('send', 'manage', false, true),
    tool('drop', 'manage', true),
    tool('get', 'read'),
  ])
  t.equal(none, undefined)
  t.match(read, { tier: 'read', count: 1, destructive: 0, openWorld: 0 })
  t.match(manage, { tier: 'manage', count: 8, destructive: 1, openWorld: 1 })
  t.same(
    manage?.tools.map(({ name }) => name),
    ['drop', 'send', 'a', 'b', 'c'],
  )
})

t.test('the source of the style sheet is its digest, and it loads nothing', async t => {
  const { createHash } = await import('node:crypto')
  const [, inline = ''] = /<style>([\s\S]*?)<\/style>/.exec(messagePage(sample.ERROR)) ?? []
  t.equal(inline, STYLE_SHEET)
  t.equal(STYLE_SOURCE, `'sha256-${createHash('sha256').update(inline).digest('base64')}'`)
  t.notMatch(STYLE_SHEET, /url\(|@import/)
})

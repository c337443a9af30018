import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { remoteUrl } from '../../src/bridge/remote-url.ts'
import { bridgeFiles } from '../../src/bundle/bridge-files.ts'
import { type BundleWishes, describeBundle } from '../../src/bundle/describe-bundle.ts'
import { makeBundle } from '../../src/bundle/make-bundle.ts'
import { bundleManifest } from '../../src/bundle/manifest.ts'
import { offeredBundle } from '../../src/bundle/offered-bundle.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { install } from './unpack.ts'

const VERIFY = 'verify: { request: GET /me, grant: [read:*] }'
const OAUTH =
  '{ type: oauth, signIn: [{ type: oidc, issuer: https://id.acme.com, clientId: a, clientSecret: OIDC-SECRET }] }'
const JWT = '{ type: jwt, issuer: https://id.acme.com, audience: https://mcp.acme.com/mcp }'

function configOf(t: Test, auth: string, head = 'title: Acme Billing', more = ''): Config {
  const file = join(mkdtempSync(join(t.testdir({}), 'c-')), 'postern.yaml')
  const api = `{ name: a, openapi: ./a.yaml, upstream: https://api.acme.com ${more} }`
  writeFileSync(
    file,
    `name: acme\npublicUrl: https://mcp.acme.com\n${head}\napis: [${api}]\nauth: [${auth}]\n`,
  )
  return loadConfig(file, { env: { SECRET: 'UPSTREAM-SECRET' } })
}

function describe(config: Config, wishes: Partial<BundleWishes> = {}, index = 0) {
  const server = config.servers[index]
  if (server === undefined) throw new Error('no server')
  const url = remoteUrl(`https://mcp.acme.com${server.path}`)
  return describeBundle(config, server, { url, version: '1.0.0', ...wishes })
}

t.test('asks for what the schemes ask for', async t => {
  const fields = (auth: string, wishes: Partial<BundleWishes> = {}) =>
    describe(configOf(t, auth), wishes).fields.map(({ header, scheme, description, isSecret }) => ({
      sent: `${header}: ${scheme}…`,
      description,
      isSecret,
    }))
  t.same(fields('{ type: token }'), [
    {
      sent: 'Authorization: Bearer …',
      description: 'Your token for Acme Billing; it begins with acme_pat_.',
      isSecret: true,
    },
  ])
  t.match(fields('{ type: token, header: X-Api-Key }'), [{ sent: 'X-Api-Key: …' }])
  t.match(fields(`{ type: token }, { type: bearer, prefix: lct_, ${VERIFY} }`), [
    { description: 'Your token for Acme Billing; it begins with acme_pat_ or lct_.' },
  ])
  t.match(
    fields(`{ type: token }, { type: bearer, ${VERIFY} }`),
    [{ description: 'Your token for Acme Billing.' }],
    'where one takes any token, no beginning is named',
  )
  t.match(
    fields(`{ type: token, header: X-Api-Key }, { type: bearer, prefix: lct_, ${VERIFY} }`),
    [{ description: 'Your token for Acme Billing; it begins with acme_pat_.' }],
    'one header, one kind',
  )
  t.match(fields('{ type: token }', { where: 'It is under\nSettings.' }), [
    { description: 'Your token for Acme Billing; it begins with acme_pat_. It is under Settings.' },
  ])
  const pair = `{ type: headers, headers: [Email, Token], subject: Email, ${VERIFY} }`
  t.match(fields(pair), [
    { sent: 'Email: …', isSecret: false },
    { sent: 'Token: …', isSecret: true },
  ])
  t.match(fields(`{ type: headers, headers: [X-Key, X-Secret], ${VERIFY} }`), [
    { isSecret: true },
    { isSecret: true },
  ])
  t.match(fields(`${OAUTH}, { type: token }`), [{ sent: 'Authorization: Bearer …' }], 'beside OAuth')
  t.match(fields(`{ type: token }, ${pair}`, { auth: 'headers' }), [{ sent: 'Email: …' }, {}])
  t.match(fields(JWT, { auth: 'jwt' }), [{ description: 'Your access token for Acme Billing.' }])
  t.same(describe(configOf(t, '{ type: anonymous, scopes: [read:*] }', 'allowAnonymous: true')).fields, [])
})

t.test('says why there can be none, and what to do instead', async t => {
  const refused = (auth: string, message: RegExp, wishes: Partial<BundleWishes> = {}, head = '') =>
    t.throws(() => describe(configOf(t, auth, head), wishes), { code: 'invalid_params', message })
  refused(OAUTH, /OAuth in the browser.*Settings → Connectors → Add custom connector/)
  refused(`${OAUTH}, { type: token }`, /OAuth in the browser/, { auth: 'oauth' })
  refused(`${OAUTH}, { type: token }`, /OAuth/, {}, 'servers: [{ path: /mcp, auth: [oauth] }]')
  refused(JWT, /access tokens of an identity provider.*--auth jwt/)
  refused('{ type: token }', /no scheme bearer\. It has: token\./, { auth: 'bearer' })
  refused('{ type: token }', /no scheme __proto__/, { auth: '__proto__' })
})

t.test('each server has a bundle of its own name', async t => {
  const config = configOf(
    t,
    '{ type: token }',
    'servers: [{ path: /mcp }, { path: /mcp/admin, title: Back office }]',
  )
  t.match(describe(config), { name: 'acme', title: 'acme', author: 'acme' })
  t.match(describe(config, {}, 1), {
    name: 'acme-admin',
    title: 'Back office',
    url: { pathname: '/mcp/admin' },
  })
})

t.test('says what is published of the product, unless something else is asked for', async t => {
  const publication = (text: string) => configOf(t, '{ type: token }', `publication: ${text}`)
  const told = '{ version: 3.1.0, description: Invoices for your assistant., websiteUrl: "https://acme.com" }'
  t.match(bundleManifest(describe(publication(told))), {
    version: '3.1.0',
    description: 'Invoices for your assistant.',
    homepage: 'https://acme.com',
  })
  t.equal(describe(publication(told), { release: '4.0.0' }).version, '4.0.0')
  t.equal(
    describe(publication('{ version: "2026 spring" }')).version,
    '1.0.0',
    'none that Claude could compare',
  )
  t.equal(describe(publication('false')).version, '1.0.0')
})

t.test('the product’s own sign-in page says where its credentials are found', async t => {
  const help = 'https://acme.com/settings/tokens'
  const signIn = (url: string) =>
    `{ type: oauth, signIn: [{ type: product, name: p, help: "${url}", ${VERIFY} }] }`
  const description = (auth: string) => describe(configOf(t, auth)).fields[0]?.description
  const bearer = `{ type: bearer, ${VERIFY} }`
  t.equal(description(`${signIn(help)}, ${bearer}`), `Your token for Acme Billing. You find it at ${help}`)
  t.equal(
    description(`${signIn(`https://acme.com/${'x'.repeat(300)}`)}, ${bearer}`),
    'Your token for Acme Billing.',
    'no half of an address',
  )
  t.notMatch(description(`${signIn(help)}, { type: token }`), help, 'it has none of Postern’s')
})

t.test('no control characters, and no endless names', async t => {
  const title = `"Ac\\e[31mme\\n\\u202eevil${'x'.repeat(500)}"`
  const { title: shown, author } = describe(configOf(t, '{ type: token }', `title: ${title}`))
  t.match(shown, /^Ac \[31mme evilx+$/)
  t.equal(shown.length, 200)
  t.equal(author, shown)
})

t.test('nothing secret of a configuration gets into any byte', async t => {
  const config = configOf(
    t,
    `${OAUTH}, { type: token }`,
    'title: Acme',
    `, credentials: { type: static, value: "Bearer $\{SECRET}" }`,
  )
  t.match(JSON.stringify(config), 'UPSTREAM-SECRET', 'it is there')
  const { directory } = await install(makeBundle(describe(config), bridgeFiles()), t.testdir({}))
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(name => join(directory, name))
    .filter(path => statSync(path).isFile())
  t.ok(files.length > 10)
  for (const path of files) t.notMatch(readFileSync(path, 'utf8'), /SECRET-|-SECRET|api\.acme\.com/, path)
})

t.test('the gateway offers one only where a credential travels well', async t => {
  const offered = (auth: string, baseUrl: string, head = '') => {
    const config = configOf(t, auth, head)
    const [server] = config.servers
    return server && offeredBundle(config, server, { baseUrl, version: '1.0.0' })?.url.href
  }
  t.equal(offered('{ type: token }', 'https://mcp.acme.com'), 'https://mcp.acme.com/mcp')
  t.equal(offered('{ type: token }', 'http://127.0.0.1:8080'), 'http://127.0.0.1:8080/mcp')
  t.equal(offered('{ type: token }', 'http://mcp.acme.com'), undefined)
  t.equal(offered(OAUTH, 'https://mcp.acme.com'), undefined)
  for (const base of ['https://0.0.0.0:8443', 'https://[::]:8443', 'https://[0:0::0]']) {
    t.equal(offered('{ type: token }', base), undefined, 'where nobody can go')
  }
  for (const head of ['connectPage: false', 'publication: false', 'publication: { servers: [/other] }']) {
    const servers = 'servers: [{ path: /mcp }, { path: /other }]'
    t.equal(offered('{ type: token }', 'https://mcp.acme.com', `${servers}\n${head}`), undefined, head)
  }
})

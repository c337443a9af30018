// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import type { JsonObject } from '../../src/catalogue/tool.ts'
import { findCaller } from '../../src/cli/init/find-caller.ts'
import { findSchemes } from '../../src/cli/init/find-schemes.ts'
import { listOperations } from '../../src/cli/init/list-operations.ts'
import { readProduct } from '../../src/cli/init/read-product.ts'
import { commentText, yamlString } from '../../src/cli/init/yaml-text.ts'
import { initConfig } from '../../src/cli/init.ts'
import { loadConfig } from '../../src/config/load.ts'
import { loaded } from '../catalogue/compile-document.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const SCHEMES = {
  bearer: { type: 'http', scheme: 'Bearer', bearerFormat: 'acme_pat_…' },
  email: { type: 'apiKey', in: 'header', name: 'X-User-Email' },
  token: { type: 'apiKey', in: 'header', name: 'X-User-Token' },
  key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
  authorization: { type: 'apiKey', in: 'header', name: 'authorization' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'header', name: 'Cookie' },
  basic: { type: 'http', scheme: 'basic' },
  oauth: { type: 'oauth2', flows: {} },
}
const ME = { type: 'object', properties: { id: { type: 'string' }, email: { type: 'string' } } }

interface DocumentOptions extends JsonObject {
  security?: unknown
  answer?: JsonObject
  me?: string
  info?: JsonObject
}

/** A document with `GET /me` that answers `answer`, and a few more operations. */
function documentOf(options: DocumentOptions = {}): JsonObject {
  const { security = [{ bearer: [] }], answer = ME, me = '/me', info = {}, ...rest } = options
  const responses = { 200: { description: 'ok', content: { 'application/json': { schema: answer } } } }
  return {
    openapi: '3.1.0',
    info: { title: 'Acme', version: '1', ...info },
    servers: [{ url: 'https://api.acme.com/v2' }],
    security,
    paths: {
      '/items': { get: { operationId: 'listItems', tags: ['items'], responses } },
      '/items/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        delete: { operationId: 'deleteItem', tags: ['items'], responses: { 204: { description: 'gone' } } },
      },
      [me]: { get: { operationId: 'getCaller', responses } },
    },
    components: { securitySchemes: SCHEMES },
    ...rest,
  }
}

/** Runs `init` on a document and loads what it has written, without any environment. */
async function init(t: Test, document: JsonObject, name?: string) {
  const directory = t.testdir({ 'api.json': JSON.stringify(document) })
  const out = join(directory, 'postern.yaml')
  const said = await initConfig(join(directory, 'api.json'), { out, ...(name !== undefined && { name }) })
  const text = readFileSync(out, 'utf8')
  return { said, text, out, load: () => loadConfig(out, { env: {} }) }
}

t.test('the demo’s document', async t => {
  const document = join(root, 'openapi/invoicing.yaml')
  if (!existsSync(document)) return t.pass('not there')
  const out = join(t.testdir({}), 'postern.yaml')
  const said = await initConfig(document, { out })
  t.match(said, /Wrote .*: 18 operations/)
  t.match(said, /a token in Authorization: Bearer, or the headers Email and Token, verified by GET \/v1\/me/)
  t.match(said, /postern check --config/)
  const config = loadConfig(out, { env: {} })
  const verify = {
    request: 'GET /v1/me',
    subject: 'id',
    organization: 'organization.id',
    roles: 'roles',
    scopes: 'token.scopes',
  }
  t.match(config, {
    name: 'tallybook',
    title: 'Tallybook',
    apis: [{ upstream: 'http://127.0.0.1:4010', credentials: [{ type: 'forward' }] }],
    auth: [
      { type: 'bearer', prefix: 'tally_pat_', header: 'Authorization', verify },
      {
        type: 'headers',
        headers: ['Email', 'Token'],
        subject: 'Email',
        verify: { ...verify, identity: 'email' },
      },
    ],
  })
  const { catalogue } = await loadCatalogue(config)
  t.equal(catalogue.tools.length, 18)
  t.same(catalogue.warnings, [])
})

for (const name of ['petstore3.yaml', 'train.yaml']) {
  t.test(`the corpus: ${name}`, async t => {
    const document = join(root, '../shared/corpus', name)
    if (!existsSync(document)) return t.pass('not there')
    const out = join(t.testdir({}), 'postern.yaml')
    t.match(await initConfig(document, { out }), /tokens that Postern mints/)
    const config = loadConfig(out, { env: {} })
    t.equal(config.name, name === 'train.yaml' ? 'train_travel' : 'petstore')
    t.match(config.auth, [{ type: 'token' }])
    const { catalogue } = await loadCatalogue(config)
    t.ok(catalogue.tools.length > 5)
  })
}

t.test('how callers sign in is found out', async t => {
  const auth = async (t: Test, security: unknown) => (await init(t, documentOf({ security }))).load().auth
  await t.test('a bearer token', async t => {
    t.match(await auth(t, [{ bearer: [] }]), [
      {
        type: 'bearer',
        header: 'Authorization',
        prefix: 'acme_pat_',
        verify: { request: 'GET /me', grant: ['read:*'] },
      },
    ])
  })
  await t.test('a key in a header', async t => {
    t.match(await auth(t, [{ key: [] }]), [{ type: 'bearer', header: 'X-Api-Key' }])
    t.match(await auth(t, [{ authorization: [] }]), [{ type: 'bearer', header: 'Authorization' }])
    t.match(await auth(t, [{ oauth: ['read'] }]), [{ type: 'bearer', header: 'Authorization' }])
  })
  await t.test('a pair, with the claim compared', async t => {
    t.match(await auth(t, [{ token: [], email: [] }]), [
      {
        type: 'headers',
        headers: ['X-User-Email', 'X-User-Token'],
        subject: 'X-User-Email',
        verify: { identity: 'email' },
      },
    ])
  })
  await t.test('several ways', async t => {
    const found = await auth(t, [{ email: [], token: [] }, { bearer: [] }, { oauth: [] }])
    t.same(
      found.map(scheme => scheme.type),
      ['bearer', 'headers'],
    )
  })
  for (const [title, security] of [
    ['nothing', null],
    ['nothing needed', []],
    ['nothing needed, alternatively', [{ bearer: [] }, {}]],
    ['a query parameter', [{ query: [] }]],
    ['a header that carries no credential', [{ cookie: [] }]],
    ['basic', [{ basic: [] }]],
    ['a mixture', [{ bearer: [], key: [] }]],
    ['an unknown scheme', [{ other: [] }]],
  ] as const) {
    await t.test(`Postern’s own tokens for ${title}`, async t => {
      const { load, said } = await init(t, documentOf({ security: security as unknown }))
      const config = load()
      t.match(config.auth, [{ type: 'token' }])
      t.same(config.apis[0]?.credentials, [{ type: 'none' }])
      t.match(said, /postern token create/)
    })
  }
})

t.test('an operation that anybody may call verifies nobody', async t => {
  const document: JsonObject = documentOf()
  const open = {
    ...document,
    paths: {
      '/me': {
        get: { security: [], responses: { 200: { content: { 'application/json': { schema: ME } } } } },
      },
    },
  }
  t.equal(findCaller(loaded(open), listOperations(loaded(open))), undefined)
})

t.test('where the answer says what', async t => {
  const find = (answer: JsonObject, me = '/me', rest: JsonObject = {}) => {
    const document = documentOf({ answer, me, ...rest })
    return findCaller(loaded(document), listOperations(loaded(document)))
  }
  const object = (properties: JsonObject) => ({ type: 'object', properties })
  const string = { type: 'string' }
  const strings = { type: 'array', items: string }
  t.match(find(object({ uuid: string, org_id: { type: 'integer' }, role: string, scope: string })), {
    subject: 'uuid',
    organization: 'org_id',
    roles: 'role',
    scopes: 'scope',
  })
  t.match(find(object({ data: object({ attributes: object({ username: string }), id: string }) })), {
    subject: 'data.id',
    identities: { user: 'data.attributes.username' },
  })
  t.match(
    find({ allOf: [{ $ref: '#/components/schemas/A' }, object({ scopes: strings })] }, '/me', {
      components: {
        securitySchemes: SCHEMES,
        schemas: { A: object({ id: { type: ['string', 'null'] }, company: object({ id: string }) }) },
      },
    }),
    { subject: 'id', organization: 'company.id', scopes: 'scopes' },
  )
  const roles = { type: 'array', items: object({ name: string }) }
  t.match(find(object({ id: string, roles })), { roles: undefined }, 'a list of objects is no list of roles')
  t.equal(find(object({ name: string })), undefined, 'no id')
  t.equal(find({ $ref: '#/components/schemas/none' }), undefined)
  t.match(
    find({ $ref: '#/components/schemas/A' }, '/me', {
      components: {
        securitySchemes: SCHEMES,
        schemas: { A: object({ id: string, parent: { $ref: '#/components/schemas/A' } }) },
      },
    }),
    { subject: 'id' },
    'a schema that contains itself',
  )
  for (const path of ['/v1/users/me', '/api/whoami', '/user', '/current_user', '/account']) {
    t.equal(find(object({ id: string }), path)?.operation.path, path)
  }
  for (const path of ['/users', '/users/{me}', '/mean', '/me#x', '//me', '/a b/me']) {
    t.equal(find(object({ id: string }), path), undefined, path)
  }
})

t.test('a Swagger 2.0 document says the same in its own words', async t => {
  const document = loaded({
    swagger: '2.0',
    host: 'api.acme.example',
    basePath: '/v2',
    schemes: ['http', 'https'],
    produces: ['application/json'],
    security: [{ key: [] }],
    securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    paths: { '/me': { get: { responses: { 200: { description: 'me', schema: ME } } } } },
  })
  const product = readProduct(document)
  t.equal(product.upstream, 'https://api.acme.example/v2')
  t.equal(product.caller?.subject, 'id')
  t.same(product.schemes, [{ type: 'bearer', header: 'X-Key', prefix: undefined }])
})

t.test('schemes that could not be told apart', async t => {
  const schemes = {
    a: { type: 'apiKey', in: 'header', name: 'A' },
    b: { type: 'apiKey', in: 'header', name: 'B' },
  }
  const document = { components: { securitySchemes: schemes } }
  t.same(findSchemes(loaded(document), [['a', 'b'], ['a']]), [
    { type: 'bearer', header: 'A', prefix: undefined },
  ])
  t.same(findSchemes(loaded(document), [['__proto__'], ['toString']]), [])
})

t.test('a document without a server says so, and check names the fix', async t => {
  const verified = await init(t, documentOf({ servers: [{ url: '/v1' }] }))
  t.match(verified.said, /set `upstream`/)
  t.match(verified.text, /#upstream: https:\/\/api\.example\.com/)
  const config = verified.load()
  t.equal(config.apis[0]?.upstream, undefined)
  await t.rejects(loadCatalogue(config), {
    code: 'configuration_invalid',
    data: { problems: [{ fix: /set `upstream`/ }] },
  })
  const own = await init(t, documentOf({ servers: [], security: [] }))
  const { catalogue } = await loadCatalogue(own.load())
  t.match(catalogue.report[0]?.reasons.join(), /set `upstream`/)
})

t.test('other origins that the document names are listed, with what is there', async t => {
  const elsewhere = { servers: [{ url: 'https://upload.acme.example/v1' }], responses: {} }
  const paths = {
    '/up': { post: { operationId: 'up', ...elsewhere }, put: { operationId: 'put', ...elsewhere } },
    '/v2': { get: { operationId: 'v2', servers: [{ url: 'https://api.acme.example/v2' }], responses: {} } },
    '/sign': { servers: [{ url: '//id.acme.example' }], get: { operationId: 'sign', responses: {} } },
  }
  const document = documentOf({ servers: [{ url: 'https://api.acme.example/v1' }], security: [] })
  const { text, load } = await init(t, { ...document, paths })
  t.match(text, 'upload.acme.example 2, id.acme.example 1')
  const config = load()
  t.strictSame(config.apis[0]?.upstreams, ['https://upload.acme.example', 'https://id.acme.example'])
  const { catalogue } = await loadCatalogue(config)
  t.same(
    catalogue.tools.map(({ plan }) => plan.baseUrl),
    [
      'https://upload.acme.example/v1',
      'https://upload.acme.example/v1',
      'https://api.acme.example/v2',
      'https://id.acme.example',
    ],
  )
  t.notMatch((await init(t, document)).text, /upstreams/)
})

t.test('the examples hold', async t => {
  for (const security of [[{ bearer: [] }, { email: [], token: [] }], []]) {
    const { text, out } = await init(t, documentOf({ security }))
    const use = (pattern: RegExp) => {
      const lines = text
        .split('\n')
        .map(line => (pattern.test(line) ? line.replace(/^( *)#(?! )/, '$1') : line))
      writeFileSync(out, lines.join('\n'))
      return loadConfig(out, { env: { ACME_TOKEN: 'x' } })
    }
    t.match(use(/^ *#(tools|include|exclude|rules|- match|tier|when):?/), {
      apis: [
        {
          tools: {
            include: [{ tag: 'items' }, { method: 'GET' }],
            exclude: [{ deprecated: true }],
            rules: [
              {
                match: { operation: 'deleteItem' },
                tier: 'manage',
                when: { source: '"admin" in principal.roles' },
              },
            ],
          },
        },
      ],
    })
    t.match(use(/^#(instructions|publicUrl|passthrough):/), {
      publicUrl: 'https://mcp.example.com',
      passthrough: { path: '/api' },
    })
    const auth = use(/^ *#(- type|prefix|verify)/).auth.map(scheme => scheme.type)
    t.same(auth, security.length > 0 ? ['token', 'bearer', 'headers'] : ['token', 'bearer'])
    writeFileSync(
      out,
      text.replace(/^ {4}credentials:.*$/m, '').replace('    #credentials:', '    credentials:'),
    )
    t.match(loadConfig(out, { env: { ACME_TOKEN: 'x' } }).apis[0]?.credentials.at(-1), {
      type: 'static',
      value: 'Bearer x',
    })
  }
})

t.test('hostile titles, tags, ids and paths change nothing but themselves', async t => {
  const evil = `a: b #c "d" 'e'\n- f\u2028\${HOME}\u0085\t{{ g`
  const document: JsonObject = documentOf({ security: [], info: { title: evil } })
  document.paths = {
    '/x\nname: evil': { delete: { operationId: evil, tags: [evil], deprecated: true, responses: {} } },
  }
  const { text, load } = await init(t, document)
  const config = load()
  t.match(config.title, /^a: b #c "d" 'e' - f \$\{HOME\} \{\{ g$/)
  t.equal(config.apis.length, 1)
  t.equal(config.name, 'a_b_c_d_e_f_home_g')
  t.notMatch(text, /^name: evil/m)
  const rules = text.replace(/^( *)#(?=(rules|- match|tier|when|include):?)/gm, '$1')
  t.match(parse(rules).apis[0].tools, {
    include: [{ tag: evil.replace('${', () => '$${') }, {}],
    rules: [{ match: {} }],
  })
})

t.test('names', async t => {
  for (const [title, expected] of [
    ['The Stripe API', 'stripe'],
    ['REST API v2', 'rest_api'],
    ['Ünïcode Größe', 'unicode_gro_e'],
    ['請求書', 'api'],
    ['An unusually long title of an API that goes on', 'an_unusually_long_title'],
  ] as const) {
    const { load } = await init(t, documentOf({ info: { title } }))
    const { name } = load()
    t.match(name, /^[a-z0-9][a-z0-9_-]{0,31}$/)
    if (title !== 'Ünïcode Größe') t.equal(name, expected)
  }
  const { load } = await init(t, documentOf(), 'mine')
  t.equal(load().name, 'mine')
  await t.rejects(init(t, documentOf(), 'Not A Name'), { code: 'invalid_params', message: /--name/ })
})

t.test('nothing is overwritten by accident', async t => {
  const directory = t.testdir({ 'api.json': JSON.stringify(documentOf()), 'postern.yaml': 'mine' })
  const [api, out] = [join(directory, 'api.json'), join(directory, 'postern.yaml')]
  await t.rejects(initConfig(api, { out }), { code: 'invalid_params', message: /--force/ })
  t.equal(readFileSync(out, 'utf8'), 'mine')
  await initConfig(api, { out, force: true })
  t.match(readFileSync(out, 'utf8'), /^name: acme$/m)
  await t.rejects(initConfig(join(directory, 'none.yaml'), { out: join(directory, 'x.yaml') }), {
    code: 'document_invalid',
    message: /no such file/,
  })
  await t.rejects(initConfig(api, { out: join(directory, 'none/x.yaml') }), { message: /no such directory/ })
})

t.test('the path to the document is relative to the file, and the output is always the same', async t => {
  const directory = t.testdir({ 'open api': { 'a: b.json': JSON.stringify(documentOf()) }, config: {} })
  mkdirSync(join(directory, 'config'), { recursive: true })
  const out = join(directory, 'config/postern.yaml')
  await initConfig(join(directory, 'open api/a: b.json'), { out })
  const text = readFileSync(out, 'utf8')
  const config = loadConfig(out, { env: {} })
  t.equal(config.apis[0]?.openapi, '../open api/a: b.json')
  t.equal((await loadCatalogue(config)).catalogue.tools.length, 3)
  await initConfig(join(directory, 'open api/a: b.json'), { out, force: true })
  t.equal(readFileSync(out, 'utf8'), text)
})

t.test('YAML strings come back as they were', async t => {
  for (const text of [
    'a',
    'yes',
    'null',
    '',
    ' a',
    'a ',
    '-',
    '- a',
    'a: b',
    'a #b',
    '1.0',
    '0x1',
    '~',
    '"',
    "'",
    'a\nb',
    '\u0085\u2028',
    '{a}',
    '[a]',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    'https://a.b/c',
    'https://a.b:',
    'a,b',
    '../a b.yaml',
    './a',
    '/a',
    'NaN',
    '2026-01-01',
    '<<',
    '\ufeffa',
  ]) {
    t.equal(
      parse(`a: ${yamlString(text)}`).a,
      text,
      `code points ${[...text].map(one => one.codePointAt(0)).join()}`,
    )
    t.equal(
      parse(`{ a: ${yamlString(text)}, b: [${yamlString(text)}] }`).b[0],
      text,
      'the same in flow style',
    )
  }
  t.equal(yamlString('${A}'), '"$${A}"')
  t.equal(commentText('a\n\u2028b\u0000\u202ec', 10), 'a b c')
  t.equal(commentText('abcdef', 4), 'abc…')
})

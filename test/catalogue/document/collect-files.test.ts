/** Documents in many files: what references mean, and what they may not make the gateway read. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import {
  type LoadedDocument,
  type LoadOptions,
  loadDocument,
} from '../../../src/catalogue/document/load-document.ts'
import { createResolver, followReferences } from '../../../src/catalogue/document/resolve-reference.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileLoaded } from '../compile-document.ts'

type Files = Readonly<Record<string, unknown>>

/** Writes files and loads `openapi.json` among them. */
async function load(t: Test, files: Files, options: LoadOptions = {}): Promise<LoadedDocument> {
  return loadDocument(write(t, files), options)
}

function write(t: Test, files: Files): string {
  const directory = join(t.testdir(), 'docs')
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  }
  return join(directory, 'openapi.json')
}

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const text = { type: 'string' }

/** A document whose one operation, `POST /things`, takes a body with this schema as `body.x`. */
function documentOf(schema: unknown, rest: JsonObject = {}): JsonObject {
  const body = { type: 'object', required: ['x'], properties: { x: schema } }
  const post = { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
  return { openapi: '3.1.0', ...rest, paths: { '/things': { post }, ...(rest.paths ?? {}) } }
}

/** Where a reference of the loaded document leads in the end. */
function target(loaded: LoadedDocument): unknown {
  const resolve = createResolver(loaded.document, loaded.files)
  const found = resolve('#/paths/~1things/post/requestBody/content/application~1json/schema/properties/x')
  return 'value' in found ? followReferences(resolve, found.value) : found
}

t.test('references lead from file to file, each relative to its own', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf({ $ref: './schemas/Pet.yaml' }, { components: { schemas: { Name: text } } }),
    'schemas/Pet.yaml':
      'type: object\nproperties:\n  owner: { $ref: "../people.json#/Owner" }\n  pet: { $ref: "#" }\n  name: { $ref: "../openapi.json#/components/schemas/Name" }\n',
    'people.json': { Owner: { type: 'object', properties: { pets: { $ref: 'schemas/Pet.yaml' } } } },
  })
  t.same([...loaded.files.keys()].sort(), ['people.json', 'schemas/Pet.yaml'])
  t.match(target(loaded), {
    value: {
      properties: {
        owner: { $ref: 'people.json#/Owner' },
        pet: { $ref: 'schemas/Pet.yaml' },
        name: { $ref: '#/components/schemas/Name' },
      },
    },
  })
  const { tools, report } = compileLoaded(loaded)
  t.equal(tools.length, 1, JSON.stringify(report))
  t.match(tools[0]?.inputSchema, { properties: { x: {} } })
})

t.test('paths, parameters, bodies and answers may be in other files', async t => {
  const loaded = await load(t, {
    'openapi.json': {
      openapi: '3.0.3',
      paths: { '/a/{id}': { $ref: 'paths/a.yaml' }, '/b': { $ref: 'paths/all.yaml#/~1b' } },
    },
    'paths/a.yaml':
      'parameters: [{ $ref: "../parameters.yaml#/id" }]\nget: { responses: { "200": { $ref: "../answers.yaml#/ok" } } }\n',
    'paths/all.yaml': '/b:\n  post:\n    requestBody: { $ref: "../bodies.yaml#/b" }\n',
    'parameters.yaml': 'id: { name: id, in: path, required: true, schema: { type: integer } }\n',
    'bodies.yaml':
      'b: { required: true, content: { application/json: { schema: { type: object, properties: { n: { type: number } } } } } }\n',
    'answers.yaml': 'ok: { description: ok, content: { text/csv: { schema: { type: string } } } }\n',
  })
  const { tools, report } = compileLoaded(loaded)
  t.same(
    report.map(({ outcome, pointer }) => [outcome, pointer]),
    [
      ['exposed', '#/paths/~1a~1{id}/get'],
      ['exposed', '#/paths/~1b/post'],
    ],
  )
  t.match(tools[0], {
    inputSchema: { properties: { id: { type: 'integer' } } },
    plan: { accept: /text\/csv/ },
  })
  t.match(tools[1], { inputSchema: { properties: { n: { type: 'number' } } } })
})

t.test('all paths, or all components, may be in another file, as bundlers allow', async t => {
  const loaded = await load(t, {
    'openapi.json': {
      openapi: '3.0.3',
      paths: { $ref: 'paths/index.json' },
      components: { schemas: { $ref: 'schemas.json' } },
    },
    'paths/index.json': { '/things': { $ref: 'things.json' } },
    'paths/things.json': {
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { x: { $ref: '../openapi.json#/components/schemas/X' } },
              },
            },
          },
        },
      },
    },
    'schemas.json': { X: { $ref: '#/Y' }, Y: { type: 'boolean' } },
  })
  const { tools } = compileLoaded(loaded)
  t.match(tools, [{ inputSchema: { properties: { x: { type: 'boolean' } } } }])
})

t.test('what only looks like a reference is data', async t => {
  const bait = { $ref: './bait.json' }
  const loaded = await load(t, {
    'openapi.json': documentOf(
      {
        type: 'object',
        default: bait,
        enum: [bait],
        const: bait,
        example: bait,
        examples: [bait],
        'x-bait': bait,
        properties: { a: { $ref: './real.json' } },
      },
      {
        components: { schemas: { Unused: bait }, examples: { E: bait } },
        'x-bait': bait,
        webhooks: { w: bait },
      },
    ),
    'real.json': text,
    'bait.json': text,
  })
  t.same([...loaded.files.keys()], ['real.json'])
  t.match(target(loaded), { value: { example: bait, default: bait, 'x-bait': bait } }, 'left as it is')
})

t.test('a property may have any name', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf({
      type: 'object',
      properties: Object.fromEntries(
        ['example', 'default', 'enum', 'const', 'x-y', '$ref', 'properties'].map((name, index) => [
          name,
          { $ref: `./${index}.json` },
        ]),
      ),
    }),
    ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map(index => [`${index}.json`, text])),
  })
  t.equal(loaded.files.size, 7)
  t.ok([...loaded.files.values()].every(file => 'value' in file))
})

t.test('nothing outside of the document’s folder is read', async t => {
  const outside = join(t.testdir(), 'secret.json')
  const path = write(t, {
    'openapi.json': documentOf({
      anyOf: [
        { $ref: '../secret.json' },
        { $ref: `file://${outside}` },
        { $ref: outside },
        { $ref: 'sub/../../secret.json' },
        { $ref: '..%2Fsecret.json' },
        { $ref: '%2e%2e/secret.json' },
        { $ref: '..\\secret.json' },
        { $ref: 'link.json' },
        { $ref: 'folder/secret.json' },
        { $ref: '.env' },
        { $ref: 'sub/.git/config' },
        { $ref: 'file://other.example/secret.json' },
        { $ref: 'missing.json' },
        { $ref: 'sub' },
        { $ref: 'data:application/json,{}' },
      ],
    }),
    'sub/.git/config': text,
    '.env': text,
  })
  writeFileSync(outside, JSON.stringify({ type: 'string', title: 'secret' }))
  symlinkSync(outside, join(dirname(path), 'link.json'))
  symlinkSync(t.testdirName, join(dirname(path), 'folder'))
  const { files } = await loadDocument(path)
  t.ok(files.size >= 9)
  for (const [name, file] of files) {
    t.match(file, { problem: /outside|hidden|no such file|another machine|no path|no file|no scheme/ }, name)
  }
  t.notMatch(JSON.stringify([...files]), /"title"/)
})

t.test('a file that is mounted by a link within the folder is read, as Kubernetes mounts them', async t => {
  const path = write(t, { 'openapi.json': documentOf({ $ref: 'Pet.json' }), '..2026_01_01/Pet.json': text })
  symlinkSync('..2026_01_01', join(dirname(path), '..data'))
  symlinkSync('..data/Pet.json', join(dirname(path), 'Pet.json'))
  t.match(target(await loadDocument(path)), { value: text })
})

t.test('a reference that fails costs what uses it, and says why', async t => {
  const loaded = await load(t, {
    'openapi.json': {
      openapi: '3.0.3',
      paths: {
        '/good': { get: {} },
        '/missing': { get: { parameters: [{ $ref: 'nowhere.yaml#/p' }] } },
        '/broken': { $ref: 'broken.yaml' },
        '/list': { get: { parameters: [{ $ref: 'list.json#/p' }] } },
        '/pointer': { get: { parameters: [{ $ref: 'good.json#/no/such' }] } },
      },
    },
    'broken.yaml': 'a: [',
    'list.json': '[1]',
    'good.json': {},
  })
  const { report } = compileLoaded(loaded)
  t.match(
    report.map(({ path, outcome, reasons }) => [path, outcome, reasons.join()]),
    [
      ['/good', 'exposed', ''],
      ['/missing', 'skipped', /nowhere\.yaml#\/p.*there is no such file/],
      ['/broken', 'skipped', /broken\.yaml.*neither JSON nor YAML \(line 1/],
      ['/list', 'skipped', /list\.json#\/p.*not an object/],
      ['/pointer', 'skipped', /good\.json#\/no\/such.*leads nowhere/],
    ],
  )
})

t.test('addresses: the document’s own origin and those allowed, no other', async t => {
  const asked: string[] = []
  const listen = (name: string, answer: (url: string) => unknown): RequestListener => {
    return (request, response) => {
      asked.push(`${name}${request.url}`)
      const found = answer(request.url ?? '')
      if (typeof found === 'string') response.writeHead(302, { location: found }).end()
      else response.end(JSON.stringify(found))
    }
  }
  const refused = await serve(
    t,
    listen('refused', () => text),
  )
  const allowed = await serve(
    t,
    listen('allowed', () => text),
  )
  const own = await serve(
    t,
    listen('own', url => {
      if (url === '/moved.json') return `${refused}/target.json`
      if (url === '/old.json') return '/v2/new.json'
      if (url === '/v2/new.json') return { properties: { y: { $ref: './beside.json' } } }
      if (url !== '/openapi.json') return text
      return documentOf({
        allOf: [
          { $ref: '/a.json' },
          { $ref: `${allowed}/b.json` },
          { $ref: `${refused}/c.json` },
          { $ref: 'moved.json' },
          { $ref: 'old.json' },
          { $ref: 'file:///etc/hostname' },
          { $ref: `http://user:pass@${allowed.slice(7)}/d.json` },
        ],
      })
    }),
  )
  const { files } = await loadDocument(`${own}/openapi.json`, { referenceOrigins: [allowed] })
  t.same(asked.sort(), [
    'allowed/b.json',
    'own/a.json',
    'own/moved.json',
    'own/old.json',
    'own/openapi.json',
    'own/v2/beside.json',
    'own/v2/new.json',
  ])
  t.match(files.get(`${refused}/c.json`), { problem: /referenceOrigins/ })
  t.match(files.get('moved.json'), { problem: /another origin/ })
  t.match(files.get('v2/beside.json'), { value: text }, 'relative to where it was found')
  t.match(files.get('file:///etc/hostname'), { problem: /can’t refer to files/ })
  t.equal([...files.values()].filter(file => 'value' in file).length, 4)
})

t.test('a document in a file fetches nothing unless it may', async t => {
  let asked = 0
  const origin = await serve(t, (_request, response) => {
    asked += 1
    response.end(JSON.stringify(text))
  })
  const files = { 'openapi.json': documentOf({ $ref: `${origin}/x.json` }) }
  t.match(target(await load(t, files)), { problem: /not an origin that the document may refer to/ })
  t.equal(asked, 0)
  t.match(target(await load(t, files, { referenceOrigins: [origin] })), { value: text })
  t.equal(asked, 1)
})

t.test('bytes are bounded for all files together', async t => {
  const many = Array.from({ length: 6 }, (_, index) => ({ $ref: `${index}.json` }))
  const filler = { type: 'string', description: 'x'.repeat(1_000) }
  const loaded = await load(
    t,
    {
      'openapi.json': documentOf({ anyOf: many }),
      ...Object.fromEntries(many.map(({ $ref }) => [$ref, filler])),
    },
    { maxBytes: 2_500 },
  )
  const problems = [...loaded.files.values()].filter(file => 'problem' in file)
  t.equal(problems.length, 4)
  t.match(problems[0], { problem: /larger than/ })
})

t.test('chains of references across files end', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf(
      { $ref: 'a.json' },
      { paths: { '/loop': { $ref: 'loop.json#/~1loop/a' }, '/self': { $ref: 'loop.json#/s/s/s' } } },
    ),
    'a.json': { $ref: 'b.json' },
    'b.json': { $ref: 'a.json' },
    'loop.json': { '/loop': { $ref: '#/~1loop' }, s: { $ref: '#/s/s' } },
  })
  t.match(target(loaded), { problem: /circle/ })
  t.match(
    compileLoaded(loaded).report.filter(({ path }) => path !== '/things'),
    [
      { path: '/loop', outcome: 'skipped' },
      { path: '/self', outcome: 'skipped' },
    ],
  )
})

t.test('$self is what references are relative to, and neighbours are found beside the document', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf(
      {
        anyOf: [
          { $ref: 'https://api.acme.example/v1/openapi#/components/schemas/A' },
          { $ref: './schemas/b.json' },
        ],
      },
      {
        openapi: '3.2.0',
        $self: 'https://api.acme.example/v1/openapi',
        components: { schemas: { A: text } },
      },
    ),
    'schemas/b.json': { $ref: '../openapi#/components/schemas/A' },
  })
  t.same([...loaded.files], [['schemas/b.json', { value: { $ref: '#/components/schemas/A' } }]])
  t.match(target(loaded), {
    value: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: 'schemas/b.json' }] },
  })
})

t.test('$id and $anchor are names within the document; nothing is fetched for them', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf(
      {
        anyOf: [
          { $ref: 'https://schemas.example/pet' },
          { $ref: 'https://schemas.example/pet#/$defs/tag' },
          { $ref: '#tagged' },
          { $ref: 'pet.json#inside' },
        ],
      },
      {
        components: {
          schemas: {
            Pet: {
              $id: 'https://schemas.example/pet',
              type: 'object',
              $defs: { tag: { type: 'integer' } },
              properties: { tag: { $ref: '#/$defs/tag' }, other: { $ref: '#/components/schemas/Other' } },
            },
            Other: { $anchor: 'tagged', type: 'boolean' },
          },
        },
      },
    ),
    'pet.json': { $defs: { a: { $anchor: 'inside', type: 'null' } } },
  })
  t.same([...loaded.files.keys()], ['pet.json'])
  const resolve = createResolver(loaded.document, loaded.files)
  const { value } = target(loaded) as { value: { anyOf: JsonObject[] } }
  t.match(
    value.anyOf.map(each => followReferences(resolve, each)),
    [
      {
        value: {
          properties: {
            tag: { $ref: '#/components/schemas/Pet/$defs/tag' },
            other: { $ref: '#/components/schemas/Other' },
          },
        },
      },
      { value: { type: 'integer' } },
      { value: { type: 'boolean' } },
      { value: { type: 'null' } },
    ],
  )
})

t.test('a discriminator’s mapping leads to files too', async t => {
  const loaded = await load(t, {
    'openapi.json': documentOf({
      oneOf: [{ $ref: 'Cat.json' }],
      discriminator: { propertyName: 'kind', mapping: { cat: './Cat.json', dog: './Dog.json', cow: 'Cow' } },
    }),
    'Cat.json': { type: 'object' },
    'Dog.json': { type: 'object' },
  })
  t.match(target(loaded), {
    value: { discriminator: { mapping: { cat: 'Cat.json', dog: 'Dog.json', cow: 'Cow' } } },
  })
  t.same([...loaded.files.keys()].sort(), ['Cat.json', 'Dog.json'])
})

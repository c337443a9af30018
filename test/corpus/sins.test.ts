/**
 * What users complain about in other gateways from OpenAPI to MCP, each as the smallest document that shows it. The
 * titles say what went wrong elsewhere and where it was reported; the assertions, what happens here.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { loadDocument } from '../../src/catalogue/document/load-document.ts'
import { isJsonObject } from '../../src/catalogue/is-json-object.ts'
import type { JsonObject, Tool } from '../../src/catalogue/tool.ts'
import { shapeResponse } from '../../src/result/shape-response.ts'
import { buildRequest } from '../../src/upstream/build-request.ts'
import {
  compileDocument,
  compileLoaded,
  compileOperation,
  jsonBody,
  onlyTool,
} from '../catalogue/compile-document.ts'

const NODE = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
  },
  required: ['name'],
}
const TREE = { components: { schemas: { Node: NODE } } }

/** A GET with one query parameter. */
function withQuery(parameter: JsonObject, document: JsonObject = {}): Tool {
  const operation = { parameters: [{ in: 'query', ...parameter }] }
  return onlyTool(compileOperation(operation, { method: 'get', document }))
}

/** A POST with a JSON body. */
function withBody(schema: JsonObject, document: JsonObject = {}): Tool {
  return onlyTool(compileOperation({ requestBody: jsonBody(schema) }, { document }))
}

/** A GET whose answer is JSON. */
function answering(schema: JsonObject, document: JsonObject = {}, tools: object = {}): Tool {
  const responses = { 200: { description: 'ok', content: { 'application/json': { schema } } } }
  return onlyTool(compileOperation({ responses }, { method: 'get', document, api: { tools } }))
}

function query(tool: Tool, args: JsonObject): string | undefined {
  return buildRequest(tool.plan, args).path.split('?')[1]
}

function property(tool: Tool, name: string): JsonObject {
  const { properties } = tool.inputSchema
  const found = isJsonObject(properties) ? properties[name] : undefined
  return isJsonObject(found) ? found : {}
}

function answer(tool: Tool, body: unknown) {
  const response = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    path: '/things',
  }
  return shapeResponse(response, tool, 'caller')
}

/** Fails unless the advertised schema compiles as it stands, every reference included. */
function compiles(schema: JsonObject): (value: unknown) => boolean {
  return new Ajv2020({ strict: false, logger: false, validateFormats: false }).compile(schema)
}

t.test(
  'a schema that contains itself ends the server in unbounded recursion (PrefectHQ/fastmcp#1016, tadata-org/fastapi_mcp#238)',
  async t => {
    const tool = withBody(NODE, TREE)
    const fits = compiles(tool.inputSchema)
    const tree = { name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] }
    t.ok(fits(tree))
    t.strictSame(tool.validate(tree), [])
    t.ok(tool.validate({ name: 'a', children: [{ name: 'b', children: [{ name: 1 }] }] }).length > 0)
  },
)

t.test('schemas that refer to each other in a circle are refused (PrefectHQ/fastmcp#1206)', async t => {
  const schemas = {
    Event: { type: 'object', properties: { name: { $ref: '#/components/schemas/Name' } } },
    Name: {
      type: 'object',
      properties: { text: { type: 'string' }, of: { $ref: '#/components/schemas/Event' } },
    },
  }
  const tool = answering({ $ref: '#/components/schemas/Event' }, { components: { schemas } })
  const result = answer(tool, { name: { text: 'a', of: { name: { text: 'b' } } } })
  t.equal(result.isError, false)
})

t.test('the tool list can’t be serialised, as a circle got into it (PrefectHQ/fastmcp#3242)', async t => {
  const tool = answering({ $ref: '#/components/schemas/Node' }, TREE)
  t.doesNotThrow(() => JSON.parse(tool.definition))
})

t.test(
  'one recursive union keeps the whole server from starting, not just its own route (tadata-org/fastapi_mcp#287)',
  async t => {
    const schemas = {
      Compare: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
      Compound: {
        type: 'object',
        properties: {
          filters: {
            type: 'array',
            items: {
              anyOf: [{ $ref: '#/components/schemas/Compare' }, { $ref: '#/components/schemas/Compound' }],
            },
          },
        },
        required: ['filters'],
      },
    }
    const search = {
      requestBody: jsonBody({
        type: 'object',
        properties: { filter: { $ref: '#/components/schemas/Compound' } },
      }),
    }
    const { tools } = compileDocument({
      components: { schemas },
      paths: { '/search': { post: search }, '/ping': { get: {} } },
    })
    t.equal(tools.length, 2)
    const filter = { filters: [{ key: 'a' }, { filters: [{ key: 'b' }] }] }
    t.strictSame(tools[0]?.validate({ filter }), [])
  },
)

t.test('definitions that are used are pruned from the schema (PrefectHQ/fastmcp#1372)', async t => {
  const schemas = {
    A: {
      type: 'object',
      properties: { b: { $ref: '#/components/schemas/B' }, a: { $ref: '#/components/schemas/A' } },
    },
    B: { type: 'object', properties: { c: { $ref: '#/components/schemas/C' } } },
    C: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } },
  }
  const tool = withBody({ $ref: '#/components/schemas/A' }, { components: { schemas } })
  for (const profile of ['default', 'full'] as const) {
    const { inputSchema } = JSON.parse(tool.definitionFor?.(profile) ?? tool.definition)
    t.ok(compiles(inputSchema)({ b: { c: { a: { b: {} } } } }), profile)
  }
})

t.test(
  'a reference without a definition is handed to the client, which drops every tool (anyproto/anytype-mcp#24)',
  async t => {
    const tool = withBody({
      type: 'object',
      properties: { filter: { $ref: '#/components/schemas/Missing' }, name: { type: 'string' } },
    })
    t.notMatch(tool.definition, /\$ref/)
    t.doesNotThrow(() => compiles(tool.inputSchema))
    t.strictSame(
      tool.validate({ name: 'a', filter: { any: 1 } }),
      [],
      'and nothing is demanded of what is not described',
    )
  },
)

t.test('references elsewhere than components/schemas are not found (PrefectHQ/fastmcp#786)', async t => {
  const parameters = { Limit: { in: 'query', name: 'limit', schema: { type: 'integer' } } }
  const requestBodies = {
    Thing: jsonBody({ $ref: '#/paths/~1other/post/requestBody/content/application~1json/schema' }),
  }
  const other = {
    post: { requestBody: jsonBody({ type: 'object', properties: { size: { type: 'integer' } } }) },
  }
  const things = {
    post: {
      parameters: [{ $ref: '#/components/parameters/Limit' }],
      requestBody: { $ref: '#/components/requestBodies/Thing' },
    },
  }
  const { byName } = compileDocument({
    components: { parameters, requestBodies },
    paths: { '/things': things, '/other': other },
  })
  const tool = [...byName.values()].find(({ operation }) => operation.path === '/things')
  t.strictSame(Object.keys(tool?.inputSchema.properties ?? {}), ['limit', 'size'])
})

t.test('a document of several files is not put together (punkpeye/fastmcp#42)', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-sins-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'schemas'))
  writeFileSync(
    join(directory, 'schemas/Pet.json'),
    '{"type":"object","properties":{"owner":{"$ref":"./Owner.json"}}}',
  )
  writeFileSync(
    join(directory, 'schemas/Owner.json'),
    '{"type":"object","properties":{"name":{"type":"string"}}}',
  )
  const document = {
    openapi: '3.0.3',
    paths: { '/pets': { post: { requestBody: jsonBody({ $ref: './schemas/Pet.json' }) } } },
  }
  const file = join(directory, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  const tool = onlyTool(compileLoaded(await loadDocument(file)))
  t.match(property(tool, 'owner'), { type: 'object', properties: { name: { type: 'string' } } })
})

t.test(
  'alternatives become text, so that an object arrives as a string (higress-group/openapi-to-mcpserver#24)',
  async t => {
    const pet = {
      anyOf: [
        { type: 'object', properties: { bark: { type: 'boolean' } } },
        { type: 'object', properties: { hunts: { type: 'boolean' } } },
      ],
    }
    const tool = withBody({ type: 'object', properties: { pet } })
    t.not(property(tool, 'pet').type, 'string')
    t.equal(buildRequest(tool.plan, { pet: { bark: true } }).body, '{"pet":{"bark":true}}')
    t.strictSame(tool.validate({ pet: { bark: true } }), [])
  },
)

t.test('parts of an allOf are lost (higress-group/openapi-to-mcpserver#8)', async t => {
  const schemas = { Base: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } }
  const tool = withBody(
    {
      allOf: [
        { $ref: '#/components/schemas/Base' },
        { type: 'object', properties: { name: { type: 'string' } } },
      ],
    },
    { components: { schemas } },
  )
  t.strictSame(Object.keys(tool.inputSchema.properties ?? {}), ['id', 'name'])
  t.strictSame(tool.inputSchema.required, ['id'])
})

t.test('what the objects in a list look like is lost (higress-group/openapi-to-mcpserver#9)', async t => {
  const lines = {
    type: 'array',
    items: { type: 'object', properties: { quantity: { type: 'integer', description: 'How many' } } },
  }
  const tool = withBody({ type: 'object', properties: { lines } })
  t.match(property(tool, 'lines'), {
    items: { properties: { quantity: { type: 'integer', description: 'How many' } } },
  })
})

t.test('the body of a request vanishes (dcolley/swagger-mcp#12)', async t => {
  const tool = withBody({ type: 'object', properties: { name: { type: 'string' } }, required: ['name'] })
  const request = buildRequest(tool.plan, { name: 'Rex' })
  t.equal(request.body, '{"name":"Rex"}')
  t.equal(request.headers['content-type'], 'application/json')
})

t.test('a nullable number that is null fails the call (PrefectHQ/fastmcp#1280)', async t => {
  const price = { type: 'number', nullable: true }
  const tool = answering({ type: 'object', properties: { price }, required: ['price'] }, { openapi: '3.0.3' })
  const result = answer(tool, { price: null })
  t.equal(result.isError, false)
  t.equal(result.structured, '{"price":null}')
  if (tool.outputSchema !== undefined) t.ok(compiles(tool.outputSchema)({ price: null }))
})

t.test('a nullable enumeration does not take null (PrefectHQ/fastmcp#2082)', async t => {
  const status = { type: 'string', nullable: true, enum: ['open', 'closed'] }
  const schema = { type: 'object', properties: { status } }
  const output = answering(schema, { openapi: '3.0.3' })
  t.equal(answer(output, { status: null }).isError, false)
  const input = withBody(schema, { openapi: '3.0.3' })
  t.strictSame(input.validate({ status: null }), [])
  t.ok(input.validate({ status: 'ajar' }).length > 0)
})

t.test('`nullable` is advertised as it stands, which is no JSON Schema (PrefectHQ/fastmcp#3744)', async t => {
  const tool = withBody(
    { type: 'object', properties: { note: { type: 'string', nullable: true } } },
    { openapi: '3.0.3' },
  )
  for (const profile of ['default', 'full'] as const)
    t.notMatch(tool.definitionFor?.(profile) ?? tool.definition, /"nullable"/)
  t.strictSame(tool.validate({ note: null }), [])
})

t.test('`nullable: false` takes the type away (punkpeye/fastmcp#386)', async t => {
  const tool = withBody(
    { type: 'object', properties: { name: { type: 'string', nullable: false } } },
    { openapi: '3.0.3' },
  )
  t.equal(property(tool, 'name').type, 'string')
  t.ok(tool.validate({ name: null }).length > 0)
})

t.test('what only the server sets is asked of the model (fastmcp-ts#73)', async t => {
  const id = { type: 'integer', readOnly: true }
  const tool = withBody({
    type: 'object',
    properties: { id, name: { type: 'string' } },
    required: ['id', 'name'],
  })
  t.strictSame(Object.keys(tool.inputSchema.properties ?? {}), ['name'])
  t.strictSame(tool.inputSchema.required, ['name'])
})

t.test('a list with `explode: false` is repeated instead of joined (PrefectHQ/fastmcp#1004)', async t => {
  const tool = withQuery({
    name: 'tags',
    style: 'form',
    explode: false,
    schema: { type: 'array', items: { type: 'string' } },
  })
  t.equal(query(tool, { tags: ['red', 'blue'] }), 'tags=red,blue')
})

t.test('the style `pipeDelimited` is ignored (PrefectHQ/fastmcp#1543)', async t => {
  const tool = withQuery({
    name: 'ids',
    style: 'pipeDelimited',
    explode: false,
    schema: { type: 'array', items: { type: 'integer' } },
  })
  t.match(query(tool, { ids: [1, 2, 3] }), /^ids=1(?:\||%7C)2(?:\||%7C)3$/)
})

t.test('the request’s builder never looks at style and explode (PrefectHQ/fastmcp#3594)', async t => {
  const values = { type: 'array', items: { type: 'string' } }
  t.equal(query(withQuery({ name: 'values', schema: values }), { values: ['a', 'b'] }), 'values=a&values=b')
  t.equal(
    query(withQuery({ name: 'values', explode: false, schema: values }), { values: ['a', 'b'] }),
    'values=a,b',
  )
})

t.test('a delimited style without `explode` repeats the name (PrefectHQ/fastmcp#5060)', async t => {
  const schema = { type: 'array', items: { type: 'string' } }
  t.match(
    query(withQuery({ name: 'ids', style: 'pipeDelimited', schema }), { ids: ['a', 'b'] }),
    /^ids=a(?:\||%7C)b$/,
  )
  t.equal(
    query(withQuery({ name: 'ids', style: 'spaceDelimited', schema }), { ids: ['a', 'b'] }),
    'ids=a%20b',
  )
})

t.test('an object in the query becomes [object Object] (harsha-iiiv/openapi-mcp-generator#41)', async t => {
  const schema = { type: 'object', properties: { size: { type: 'integer' }, color: { type: 'string' } } }
  const deep = withQuery({ name: 'filter', style: 'deepObject', explode: true, schema })
  t.equal(
    decodeURIComponent(query(deep, { filter: { size: 1, color: 'red' } }) ?? ''),
    'filter[size]=1&filter[color]=red',
  )
  const json = withQuery({ name: 'filter', content: { 'application/json': { schema } } })
  t.equal(decodeURIComponent(query(json, { filter: { size: 1 } }) ?? ''), 'filter={"size":1}')
})

t.test('of two parameters with one name, one is dropped (PrefectHQ/fastmcp#1107)', async t => {
  const operation = {
    parameters: [
      { in: 'path', name: 'id', required: true, schema: { type: 'integer' } },
      { in: 'query', name: 'id', schema: { type: 'string' } },
    ],
    requestBody: jsonBody({ type: 'object', properties: { id: { type: 'boolean' } } }),
  }
  const tool = onlyTool(compileOperation(operation, { path: '/things/{id}' }))
  const names = Object.keys(tool.inputSchema.properties ?? {})
  t.equal(new Set(names).size, 3)
  const [path = '', inQuery = '', body = ''] = names
  const request = buildRequest(tool.plan, { [path]: 7, [inQuery]: 'q', [body]: true })
  t.equal(request.path, '/things/7?id=q')
  t.equal(request.body, '{"id":true}')
})

t.test('a relative server URL makes requests without a host (PrefectHQ/fastmcp#886)', async t => {
  const document = { servers: [{ url: '/api/v3' }], paths: { '/things': { get: {} } } }
  const fetched = onlyTool(
    compileDocument(document, { api: { upstream: undefined }, baseUrl: 'https://api.acme.com/openapi.json' }),
  )
  t.equal(fetched.plan.baseUrl, 'https://api.acme.com/api/v3')
  const { tools, report } = compileDocument(document, { api: { upstream: undefined } })
  t.equal(tools.length, 0)
  t.match(report[0]?.reasons.join(), /upstream/, 'from a file, it says what to set')
})

t.test('servers of paths and operations are ignored (punkpeye/fastmcp#377)', async t => {
  const document = {
    servers: [{ url: 'https://api.acme.com/v1' }],
    paths: {
      '/a': { servers: [{ url: 'https://api.acme.com/v2' }], get: { operationId: 'a' } },
      '/b': { get: { operationId: 'b', servers: [{ url: 'https://upload.acme.com' }] } },
    },
  }
  const { byName } = compileDocument(document, {
    api: { upstream: undefined, upstreams: ['https://upload.acme.com'] },
  })
  t.equal(byName.get('a')?.plan.baseUrl, 'https://api.acme.com/v2')
  t.equal(byName.get('b')?.plan.baseUrl, 'https://upload.acme.com')
})

t.test('header parameters are hidden from the model and so never sent (samanhappy/mcphub#1057)', async t => {
  const operation = {
    parameters: [{ in: 'header', name: 'X-Idempotency-Key', required: true, schema: { type: 'string' } }],
  }
  const tool = onlyTool(compileOperation(operation, { method: 'get' }))
  const [name = ''] = Object.keys(tool.inputSchema.properties ?? {})
  t.equal(buildRequest(tool.plan, { [name]: 'k1' }).headers['x-idempotency-key'], 'k1')
})

t.test('the model is asked to make up an Authorization header (BerriAI/litellm#34478)', async t => {
  const parameters = ['Authorization', 'X-Api-Key', 'Cookie'].map(name => ({
    in: 'header',
    name,
    schema: { type: 'string' },
  }))
  const securitySchemes = { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } }
  const document = { components: { securitySchemes } }
  const tool = onlyTool(compileOperation({ parameters }, { method: 'get', document }))
  t.strictSame(tool.inputSchema.properties ?? {}, {})
})

const LONG = ['list', ...Array.from({ length: 12 }, () => 'organization'), 'settings'].join('_')

for (const [where, of] of [
  ['PrefectHQ/fastmcp#188', 'an operationId'],
  ['tadata-org/fastapi_mcp#161', 'a path without operationId'],
]) {
  t.test(`a tool’s name from ${of} is longer than 64 characters (${where})`, async t => {
    const path = `/${LONG.replaceAll('_', '/')}`
    const operation = of === 'an operationId' ? { operationId: LONG } : {}
    const tool = onlyTool(compileOperation(operation, { method: 'get', path }))
    t.match(tool.name, /^[A-Za-z0-9_-]{1,64}$/)
  })
}

t.test(
  'names that are cut become the same, or too long again by their suffix (harsha-iiiv/openapi-mcp-generator#4)',
  async t => {
    const paths = Object.fromEntries(
      ['one', 'two', 'three'].map(end => [`/${end}`, { get: { operationId: `${LONG}_${end}` } }]),
    )
    const names = compileDocument({ paths }).tools.map(({ name }) => name)
    t.equal(new Set(names).size, 3)
    for (const name of names) t.match(name, /^[A-Za-z0-9_-]{1,64}$/)
  },
)

t.test('the prefix makes a name too long (ivo-toby/mcp-openapi-server#13)', async t => {
  const tool = onlyTool(
    compileOperation(
      { operationId: LONG },
      { method: 'get', api: { tools: { prefix: 'billing_department_' } } },
    ),
  )
  t.match(tool.name, /^billing_department_[A-Za-z0-9_-]{1,45}$/)
})

t.test(
  'a slash in an operationId is left, or taken out so that words run together (PrefectHQ/fastmcp#5017)',
  async t => {
    const tool = onlyTool(compileOperation({ operationId: 'repos/list-for-org' }, { method: 'get' }))
    t.match(tool.name, /^repos[_-]list[_-]for[_-]org$/)
  },
)

t.test('brackets in parameter names end the call (PrefectHQ/fastmcp#839)', async t => {
  const tool = withQuery({ name: 'filter[status]', schema: { type: 'string' } })
  const [name = ''] = Object.keys(tool.inputSchema.properties ?? {})
  t.match(name, /^[a-zA-Z0-9_.-]{1,64}$/)
  t.equal(decodeURIComponent(query(tool, { [name]: 'open' }) ?? ''), 'filter[status]=open')
})

t.test(
  'a parameter called `StartTime<` keeps a client from starting any session (twilio-labs/mcp#56)',
  async t => {
    const parameters = ['StartTime', 'StartTime<', 'StartTime>'].map(name => ({
      in: 'query',
      name,
      schema: { type: 'string' },
    }))
    const tool = onlyTool(compileOperation({ parameters }, { method: 'get' }))
    const names = Object.keys(tool.inputSchema.properties ?? {})
    t.equal(new Set(names).size, 3)
    for (const name of names) t.match(name, /^[a-zA-Z0-9_.-]{1,64}$/)
    const args = Object.fromEntries(names.map((name, index) => [name, `${index}`]))
    t.equal(decodeURIComponent(query(tool, args) ?? ''), 'StartTime=0&StartTime<=1&StartTime>=2')
  },
)

t.test('an undeclared null in a good answer fails the call (PrefectHQ/fastmcp#1241)', async t => {
  const tool = answering({ type: 'object', properties: { name: { type: 'string' } }, required: ['name'] })
  const result = answer(tool, { name: null })
  t.equal(result.isError, false)
  t.equal(result.structured, '{"name":null}')
  t.ok(compiles(tool.outputSchema ?? {})({ name: null }), 'nor does the client refuse it')
})

t.test('real answers of GitHub fail their own schema (PrefectHQ/fastmcp#1271)', async t => {
  const owner = {
    type: 'object',
    properties: { url: { type: 'string', format: 'uri' } },
    required: ['url'],
    additionalProperties: false,
  }
  const tool = answering({ type: 'object', properties: { owner } })
  const real = { owner: { url: null, site_admin: false }, more: 1 }
  t.equal(answer(tool, real).isError, false)
  t.ok(compiles(tool.outputSchema ?? {})(real))
})

t.test(
  'a list or a text at the root of an answer fails structured output (PrefectHQ/fastmcp#2472)',
  async t => {
    for (const [schema, body] of [
      [{ type: 'array', items: { type: 'string' } }, ['a']],
      [{ type: 'string' }, 'a'],
    ] as const) {
      const tool = answering(schema)
      const result = answer(tool, body)
      t.equal(result.isError, false)
      if (tool.outputSchema === undefined) continue
      t.equal(tool.outputSchema.type, 'object')
      t.ok(compiles(tool.outputSchema)(JSON.parse(result.structured ?? 'null')))
    }
  },
)

const BIG = { items: Array.from({ length: 400 }, (_, id) => ({ id, text: 'x'.repeat(500) })) }
const LIST = {
  type: 'object',
  properties: { items: { type: 'array', items: { type: 'object' } } },
  required: ['items'],
}

t.test(
  'a cut answer has no structured content, which its schema demands (PrefectHQ/fastmcp#3717)',
  async t => {
    const tool = answering(LIST, {}, { resultLimit: '20kB' })
    const result = answer(tool, BIG)
    t.ok((result.structured ?? '').length < 25_000)
    t.ok(compiles(tool.outputSchema ?? {})(JSON.parse(result.structured ?? 'null')))
  },
)

t.test('a cut answer is broken JSON, and nothing says what is missing (PrefectHQ/fastmcp#3743)', async t => {
  const tool = answering(LIST, {}, { resultLimit: '20kB' })
  const result = answer(tool, BIG)
  const cut = JSON.parse(result.structured ?? 'null')
  t.ok(cut.items.length > 0 && cut.items.length < 400)
  t.match(JSON.stringify(result.content), /400/, 'it says how many there were')
})

t.test('a definition costs more tokens than anybody wants to pay (samanhappy/mcphub#1082)', async t => {
  const description = 'A very long story. '.repeat(2_000)
  const parameters = [{ in: 'query', name: 'q', description, schema: { type: 'string' } }]
  const tool = onlyTool(compileOperation({ description, parameters }, { method: 'get' }))
  t.ok(tool.definition.length < 8_000, `${tool.definition.length} characters`)
})

t.test('shared definitions are repeated wherever they are used (gcore-mcp-server#14)', async t => {
  const address = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `line${n}`,
      { type: 'string', description: 'A line of the address' },
    ]),
  )
  const schemas = { Address: { type: 'object', properties: address } }
  const properties = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`place${n}`, { $ref: '#/components/schemas/Address' }]),
  )
  const tool = withBody({ type: 'object', properties }, { components: { schemas } })
  const full = tool.definitionFor?.('full') ?? tool.definition
  t.ok(full.length < 15_000, `${full.length} characters`)
})

t.test('an answer is mostly members that nobody asked for (github/github-mcp-server#1306)', async t => {
  const rules = [{ match: { path: '/things' }, fields: ['id', 'owner.login'] }]
  const tool = answering({ type: 'object' }, {}, { rules })
  const result = answer(tool, {
    id: 1,
    node_id: 'x',
    owner: { login: 'ada', avatar_url: 'https://example.com/a' },
  })
  t.equal(result.structured, '{"id":1,"owner":{"login":"ada"}}')
})

t.test('a tool without hints is shown as one that writes (tadata-org/fastapi_mcp#252)', async t => {
  const annotations = (method: string) =>
    JSON.parse(onlyTool(compileOperation({}, { method })).definition).annotations
  t.strictSame(annotations('get'), {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  })
  t.strictSame(annotations('delete'), {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  })
})

const PATH = { parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string' } }] }

/** Whether a value is refused, by the check or while the request is built. */
function isRefused(tool: Tool, args: JsonObject): boolean {
  if (tool.validate(args).length > 0) return true
  try {
    buildRequest(tool.plan, args)
    return false
  } catch {
    return true
  }
}

t.test('a parameter climbs out of its path (PrefectHQ/fastmcp#3507, GHSA-vv7q-7jx5-f767)', async t => {
  const tool = onlyTool(compileOperation(PATH, { method: 'get', path: '/users/{id}/posts' }))
  for (const id of ['..', '.', '%2e%2e', '..%2f..%2fadmin', '../../admin', '..\\..\\admin', '..;/admin']) {
    if (isRefused(tool, { id })) continue
    const { path } = buildRequest(tool.plan, { id })
    t.equal(new URL(path, 'https://api.example.com').pathname.split('/').length, 4, id)
    t.match(path, /^\/users\/[^/]+\/posts$/, id)
  }
  t.ok(isRefused(tool, { id: '..' }))
})

t.test('a parameter brings a query, a fragment or another host (samanhappy/mcphub#1089)', async t => {
  const tool = onlyTool(compileOperation(PATH, { method: 'get', path: '/users/{id}' }))
  for (const id of ['1?admin=true', '1#x', '//evil.example', '@evil.example', '1\r\nX-Evil: 1']) {
    if (isRefused(tool, { id })) continue
    const { origin, path } = buildRequest(tool.plan, { id })
    t.equal(origin, 'https://api.example.com')
    t.match(path, /^\/users\/[^/?#\r\n]+$/, id)
  }
  t.ok(
    isRefused(tool, { id: '1\r\nX-Evil: 1' }) ||
      !buildRequest(tool.plan, { id: '1\r\nX' }).path.includes('\n'),
  )
})

t.test(
  'a reference makes the gateway fetch an internal address (harsha-iiiv/openapi-mcp-generator#68)',
  async t => {
    const { createServer } = await import('node:http')
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.end('{"type":"object"}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const directory = mkdtempSync(join(tmpdir(), 'postern-sins-'))
    t.teardown(() => rmSync(directory, { recursive: true }))
    const file = join(directory, 'openapi.json')
    const schema = {
      type: 'object',
      properties: { a: { $ref: `http://127.0.0.1:${port}/latest/meta-data` } },
    }
    writeFileSync(
      file,
      JSON.stringify({ openapi: '3.0.3', paths: { '/a': { post: { requestBody: jsonBody(schema) } } } }),
    )
    const loaded = await loadDocument(file).catch(() => undefined)
    const tools = loaded === undefined ? [] : compileLoaded(loaded).tools
    for (const tool of tools) t.notMatch(tool.definition, /meta-data/)
    t.equal(asked, 0)
  },
)

const ORDER = {
  type: 'object',
  properties: {
    customer: { type: 'object', properties: { name: { type: 'string' } } },
    tags: { type: 'array', items: { type: 'string' } },
    count: { type: 'integer' },
  },
}

t.test('an object arrives as a text with JSON in it (anthropics/claude-code#59227)', async t => {
  const tool = withBody(ORDER)
  t.strictSame(tool.repair({ customer: '{"name":"Ada"}' })?.args, { customer: { name: 'Ada' } })
})

t.test('a list arrives as a text with JSON in it (anthropics/claude-code#93179)', async t => {
  const tool = withBody(ORDER)
  t.strictSame(tool.repair({ tags: '["a","b"]' })?.args, { tags: ['a', 'b'] })
})

t.test(
  'JSON in a text is mended where it may well be meant as text (makenotion/notion-mcp-server#212)',
  async t => {
    const tool = withBody({
      type: 'object',
      properties: { content: { type: 'string' }, note: { anyOf: [{ type: 'string' }, { type: 'object' }] } },
    })
    const args = { content: '{"a":1}', note: '{"a":1}' }
    t.strictSame(tool.validate(args), [])
    t.equal(buildRequest(tool.plan, args).body, JSON.stringify(args))
  },
)

t.test(
  'a refusal does not say which argument is wrong or what was wanted (PrefectHQ/fastmcp#1323)',
  async t => {
    const tool = withBody({ ...ORDER, required: ['count'] })
    const problems = tool.validate({ tags: [1] })
    t.match(
      problems.find(({ path }) => path === '/count'),
      { expected: /integer/, received: undefined },
    )
    t.match(
      problems.find(({ path }) => path === '/tags/0'),
      { expected: /text|string/, received: /1/ },
    )
    t.ok(problems.every(({ expected }) => expected !== ''))
  },
)

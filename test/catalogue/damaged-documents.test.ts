/** Whatever is broken in a document, compiling, listing and validating never throw, and what is listed is sound. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { loadDocument } from '../../src/catalogue/document/load-document.ts'
import type { JsonObject } from '../../src/catalogue/tool.ts'
import { compileDocument, compileLoaded, jsonBody } from './compile-document.ts'

const text = { type: 'string', pattern: '^a', example: 'a' }
const DOCUMENT: JsonObject = {
  servers: [{ url: 'https://{r}.example', variables: { r: { default: 'eu' } } }],
  security: [{ key: ['a'] }],
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-K' } },
    parameters: { P: { name: 'p', in: 'query', style: 'form', explode: true, schema: text } },
    schemas: {
      A: {
        type: 'object',
        required: ['b'],
        properties: { b: { $ref: '#/components/schemas/B' }, c: { readOnly: true } },
      },
      B: {
        allOf: [{ $ref: '#/components/schemas/A' }, { properties: { d: { type: 'array', items: text } } }],
        nullable: true,
      },
    },
  },
  paths: {
    '/a/{id}': {
      parameters: [
        { name: 'id', in: 'path', required: true, schema: text },
        { $ref: '#/components/parameters/P' },
      ],
      post: {
        operationId: 'a',
        tags: ['x'],
        'x-mcp': { tier: 'write', hints: { openWorld: true } },
        requestBody: jsonBody({ $ref: '#/components/schemas/A' }),
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/B' } } } },
        },
      },
    },
    '/b': {
      get: {
        operationId: 'b',
        parameters: [
          {
            name: 'f',
            in: 'query',
            style: 'deepObject',
            schema: { oneOf: [text, { $ref: '#/components/schemas/B' }] },
          },
        ],
      },
    },
  },
}

/** The same in the words of Swagger 2.0. */
const OLD_DOCUMENT: JsonObject = {
  host: 'api.example',
  basePath: '/v1',
  schemes: ['https'],
  consumes: ['application/json'],
  produces: ['application/json'],
  security: [{ key: ['a'] }],
  securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'X-K' } },
  parameters: {
    P: { name: 'p', in: 'query', type: 'array', items: { type: 'string' }, collectionFormat: 'pipes' },
  },
  responses: { R: { description: 'ok', schema: { $ref: '#/definitions/A' } } },
  definitions: { A: { type: 'object', discriminator: 'b', required: ['b'], properties: { b: text } } },
  paths: {
    '/a/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, type: 'string' }, { $ref: '#/parameters/P' }],
      post: {
        operationId: 'a',
        schemes: ['http'],
        parameters: [{ name: 'body', in: 'body', schema: { $ref: '#/definitions/A' } }],
        responses: { 200: { $ref: '#/responses/R' } },
      },
      put: {
        consumes: ['multipart/form-data'],
        parameters: [
          { name: 'f', in: 'formData', type: 'file' },
          { name: 'b', in: 'formData', type: 'array', items: { type: 'integer' } },
        ],
      },
    },
  },
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, '', 'x', '#/', '#/paths', [], {}, [null], [[]], {
    $ref: 1,
  }),
  fc.constantFrom<unknown>(
    { $ref: '#/components/schemas/A' },
    { $ref: '#/components/schemas/B/allOf/0' },
    { $ref: '#' },
    { $ref: '#/x' },
  ),
  fc.constantFrom<unknown>(
    { $ref: 'x.yaml' },
    { type: 'null' },
    { type: ['string', 3] },
    { properties: [] },
    { required: 'x' },
    { items: [] },
  ),
  fc.constantFrom<unknown>(
    { enum: [] },
    { allOf: [] },
    { allOf: {} },
    { oneOf: [null, true] },
    { not: false },
    { pattern: '[' },
    { const: {} },
  ),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A copy in which the value at the `n`-th place, counted through the whole tree, is another one. */
function damage(document: JsonObject, n: number, value: unknown): JsonObject {
  const copy = structuredClone(document)
  const places: [object, string][] = []
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      places.push([node, key])
      collect(child)
    }
  }
  collect(copy)
  const [node, key] = places[n % places.length] ?? [copy, 'paths']
  Reflect.set(node, key, value)
  return copy
}

t.test('damaged anywhere', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(500), junk), { minLength: 1, maxLength: 3 }),
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('2.0', '3.0.3', '3.1.0', '3.2.0'),
      (damages, args, version) => {
        const isOld = version === '2.0'
        let document: JsonObject = isOld ? OLD_DOCUMENT : DOCUMENT
        for (const [n, value] of damages) document = damage(document, n, value)
        const marked = isOld ? { ...document, swagger: version } : { ...document, openapi: version }
        const { tools } = compileDocument(marked, { api: { scopesFrom: 'security' } })
        for (const tool of tools) {
          const { inputSchema } = JSON.parse(tool.definition) as { inputSchema: JsonObject }
          if (inputSchema.type !== 'object') return false
          tool.validate({ id: 'a', b: args, body: args, f: args })
          tool.isSensitive(['b', 'd', '*'])
        }
        return true
      },
    ),
    { numRuns: 300 },
  )
})

t.test('damaged files of a document in many', async t => {
  const directory = t.testdir({ docs: {} })
  const source = join(directory, 'docs', 'openapi.json')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(500), junk), { minLength: 0, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(60), junk), { minLength: 1, maxLength: 3 }),
      async (damages, others) => {
        let document: JsonObject = { openapi: '3.1.0', ...DOCUMENT }
        for (const [n, value] of damages) document = damage(document, n, value)
        let other: JsonObject = {
          $id: 'x',
          A: { $ref: '#/B' },
          B: { properties: { c: { $ref: 'openapi.json#/components/schemas/A' } } },
        }
        for (const [n, value] of others) other = damage(other, n, value)
        const paths = {
          ...(document.paths as JsonObject),
          '/x': {
            post: { requestBody: jsonBody({ $ref: 'x.yaml#/A' }), parameters: [{ $ref: './x.yaml#/B' }] },
          },
          '/y': { $ref: './x.yaml' },
        }
        writeFileSync(source, JSON.stringify({ ...document, paths, openapi: '3.1.0' }))
        writeFileSync(join(directory, 'docs', 'x.yaml'), JSON.stringify(other))
        const { tools } = compileLoaded(await loadDocument(source))
        return tools.every(tool => JSON.parse(tool.definition).inputSchema.type === 'object')
      },
    ),
    { numRuns: 150 },
  )
})

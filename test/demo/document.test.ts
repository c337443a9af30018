import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { seededId } from '../../src/demo/identifier.ts'
import { NO_BODY } from '../../src/demo/route.ts'
import { allRoutes } from '../../src/demo/routes.ts'
import { buildTallybook, type Response, type Send, sender } from './tallybook.ts'

/** As much of OpenAPI as these tests look at; any of it may be a reference. */
interface Described {
  $ref?: string | undefined
  [member: string]: unknown
}
interface Schema extends Described {
  type?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  examples?: unknown[]
}
interface Parameter extends Described {
  name: string
  in: string
  schema: Schema
}
interface Content {
  [mediaType: string]: { schema?: Schema }
}
interface Documented extends Described {
  headers?: Record<string, Described>
  content?: Content
}
interface OperationObject {
  operationId: string
  security?: unknown
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, Documented>
}
type PathItem = Record<string, OperationObject | undefined> & { parameters?: Parameter[] }
interface OpenApi {
  security: unknown
  paths: Record<string, PathItem>
  components: { schemas: Record<string, Schema> }
}

const document: OpenApi = parse(
  readFileSync(join(import.meta.dirname, '../../openapi/invoicing.yaml'), 'utf8'),
)
const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options', 'trace']

interface Operation {
  readonly method: string
  readonly path: string
  readonly spec: OperationObject
  readonly parameters: readonly Parameter[]
}

const operations: Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap(method => {
    const spec = item[method]
    if (!spec) return []
    const parameters = [...(item.parameters ?? []), ...(spec.parameters ?? [])].map(resolve)
    return [{ method: method.toUpperCase(), path, spec, parameters }]
  }),
)

t.test('every operation of the document is served and every route of the API is documented', async t => {
  const { context, app } = buildTallybook(t)
  const name = (entry: { method: string; path: string }) => `${entry.method} ${entry.path}`
  const routes = allRoutes(context)
  t.same(routes.map(name).sort(), operations.map(name).sort())
  await app.ready()
  const served = app.printRoutes({ commonPrefix: false, includeHooks: false })
  t.equal(served.match(/\(/g)?.length, new Set(operations.map(operation => operation.path)).size + 1, served)
  t.ok(app.hasRoute({ method: 'GET', url: '/healthz' }), 'the one route outside the API')
})

t.test('operationIds and scopes are those of the routes', async t => {
  const { context } = buildTallybook(t)
  for (const route of allRoutes(context)) {
    const operation = operations.find(({ method, path }) => method === route.method && path === route.path)
    t.equal(operation?.spec.operationId, route.operationId)
    const scopes = route.scope === undefined ? [] : [route.scope]
    t.same(
      operation?.spec.security ?? document.security,
      [{ bearer: scopes }, { email: scopes, token: scopes }],
      route.operationId,
    )
  }
})

t.test('query parameters and request bodies have the schemas that the routes check', async t => {
  const { context } = buildTallybook(t)
  for (const route of allRoutes(context)) {
    const operation = operations.find(({ spec }) => spec.operationId === route.operationId)
    const documented = Object.fromEntries(
      (operation?.parameters ?? [])
        .filter(parameter => parameter.in === 'query')
        .map(parameter => [parameter.name, plain(parameter.schema)]),
    )
    t.same(documented, plain(zodSchema(route.query, 'output')).properties ?? {}, route.operationId)
    const body = operation?.spec.requestBody?.content['application/json']?.schema
    if (route.body === NO_BODY) t.equal(body, undefined, route.operationId)
    else {
      const { default: optional, ...checked } = plain(zodSchema(route.body, 'input'))
      t.same(body && plain(body), checked, route.operationId)
      t.equal(operation?.spec.requestBody?.required, optional === undefined, route.operationId)
    }
  }
})

t.test('every response of a walk through the API is as the document says', async t => {
  const { app, as } = buildTallybook(t)
  const seen = new Set<string>()
  const admin = checking(t, as('admin'), seen)
  const viewer = checking(t, as('viewer'), seen)
  const outsider = checking(t, as('outsider'), seen)
  const nobody = checking(t, sender(app, {}), seen)
  const pages = ['/v1/workspaces', '/v1/contacts', '/v1/invoices']
  for (const url of pages) {
    let next: string | null = ''
    while (next !== null) {
      const { body } = await admin('GET', `${url}?limit=1${next && `&cursor=${next}`}`)
      next = body.next_cursor
    }
    await admin('GET', `${url}?limit=0&unknown=1`)
    await nobody('GET', url)
    await checking(t, as('admin', []), seen)('GET', url)
  }
  await admin('GET', '/v1/me')
  await admin('GET', '/v1/me?x=1')
  await nobody('GET', '/v1/me')

  const workspace = seededId('ws', 'studio')
  await walkErrors(`/v1/workspaces/${workspace}`, [['GET']])

  const created = await admin('POST', '/v1/contacts', {
    workspace_id: workspace,
    name: 'Walk & Sons',
    email: 'walk@example.com',
  })
  const contact = `/v1/contacts/${created.body.id}`
  t.equal(created.headers.location, contact)
  await admin('PATCH', contact, { vat_number: 'NL123', address: null })
  await admin('GET', contact)
  await walkBody('POST', '/v1/contacts')
  await walkBody('PATCH', contact)
  await walkErrors(contact, [['GET'], ['PATCH', { name: 'X' }], ['DELETE']])

  const draft = await admin('POST', '/v1/invoices', {
    workspace_id: workspace,
    contact_id: created.body.id,
    lines: [{ description: 'Walking', quantity: 1.5, unit_price: 1_001, vat_rate: 21 }],
  })
  const invoice = `/v1/invoices/${draft.body.id}`
  t.equal(draft.headers.location, invoice)
  await admin('PATCH', invoice, { notes: 'On foot' })
  await walkBody('POST', '/v1/invoices')
  await walkBody('PATCH', invoice)
  await admin('GET', `${invoice}/pdf`)
  await admin('POST', `${invoice}/send`, {})
  await admin('POST', `${invoice}/mark-paid`, {})
  await admin('POST', `${invoice}/issue`)
  await admin('POST', `${invoice}/issue`)
  await admin('POST', `${invoice}/send`, { message: 'Hello' })
  await admin('PATCH', invoice, { notes: null })
  await admin('DELETE', invoice)
  await admin('DELETE', contact)
  await admin('GET', invoice)
  await admin('POST', `${invoice}/mark-paid`, { paid_on: '2025-06-01' })
  await walkBody('POST', `${invoice}/mark-paid`)
  await walkBody('POST', `${invoice}/send`)
  await walkErrors(invoice, [['GET'], ['PATCH', { notes: 'X' }], ['DELETE']])
  for (const action of ['issue', 'mark-paid', 'send']) await walkErrors(`${invoice}/${action}`, [['POST']])
  await walkErrors(`${invoice}/pdf`, [['GET']])

  await admin('GET', '/v1/invoices/export')
  await admin('GET', '/v1/invoices/export?status=lost')
  await nobody('GET', '/v1/invoices/export')
  await checking(t, as('admin', ['manage:contacts']), seen)('GET', '/v1/invoices/export')

  const gone = await admin('POST', '/v1/contacts', { workspace_id: workspace, name: 'Gone' })
  await admin('DELETE', `/v1/contacts/${gone.body.id}`)
  const dropped = await admin('POST', '/v1/invoices', {
    workspace_id: workspace,
    contact_id: created.body.id,
    lines: [{ description: 'Nothing', quantity: 1, unit_price: 0, vat_rate: 0 }],
  })
  await admin('DELETE', `/v1/invoices/${dropped.body.id}`)

  const promised = operations.flatMap(({ spec }) =>
    Object.keys(spec.responses).map(status => `${spec.operationId} ${status}`),
  )
  t.same([...seen].sort(), promised.sort(), 'every documented response was seen')

  /** Mistakes around one address: another tenant, no credential, no scope, an unknown parameter. */
  async function walkErrors(url: string, calls: readonly [Method, object?][]): Promise<void> {
    for (const [method, body] of calls) {
      t.equal((await outsider(method, url, body)).status, 404, `${method} ${url}`)
      t.equal((await nobody(method, url, body)).status, 401)
      if (method === 'GET') await checking(t, as('admin', []), seen)(method, url)
      else t.equal((await viewer(method, url, body)).status, 403)
      t.equal((await admin(method, `${url}?unknown=1`, body)).status, 422)
      if (method === 'GET' && !url.endsWith('/pdf')) t.equal((await admin(method, url)).status, 200)
    }
  }

  /** Mistakes of a body: not JSON, not declared as JSON, too large, and one that the schema refuses. */
  async function walkBody(method: Method, url: string): Promise<void> {
    t.equal((await admin(method, url, '{')).status, 400)
    t.equal((await admin(method, url, 'a=1', { 'content-type': 'text/plain' })).status, 415)
    t.equal((await admin(method, url, `"${'x'.repeat(600_000)}"`)).status, 413)
    t.equal((await admin(method, url, { unknown: 1 })).status, 422)
    t.equal((await viewer(method, url, {})).status, 403)
    t.equal((await nobody(method, url, {})).status, 401)
  }
})

t.test('the examples of the document’s schemas are valid', async t => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const { pointer, part } of parts(schema, `#/components/schemas/${name}`)) {
      const validate = ajv.compile({ $ref: `tallybook${pointer}` })
      for (const example of part.examples ?? [])
        t.ok(validate(example), `${pointer} ${JSON.stringify(example)}`)
    }
  }
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

// The document leaves objects open, so that the API can grow. Here nothing may come that it does not name.
const closed = structuredClone(document)
for (const schema of Object.values(closed.components.schemas)) {
  for (const { part } of parts(schema, '')) {
    if (part.properties) part.additionalProperties ??= false
  }
}
const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
ajv.addSchema(closed, 'tallybook')

function* parts(schema: Schema, pointer: string): Generator<{ pointer: string; part: Schema }> {
  yield { pointer, part: schema }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* parts(property, `${pointer}/properties/${name}`)
  }
  if (schema.items) yield* parts(schema.items, `${pointer}/items`)
}

/** Sends, then holds the response against the document. */
function checking(t: Test, send: Send, seen: Set<string>): Send {
  return async (method, url, ...rest) => {
    const response = await send(method, url, ...rest)
    const path = url.replace(/\?.*/, '')
    const operation = operations
      .filter(candidate => candidate.method === method)
      .filter(candidate => new RegExp(`^${candidate.path.replace('{id}', '[^/]+')}$`).test(path))
      .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))[0]
    if (!operation) throw new Error(`${method} ${url} is not documented`)
    check(t, operation.spec, response)
    seen.add(`${operation.spec.operationId} ${response.status}`)
    return response
  }
}

function check(t: Test, spec: OperationObject, response: Response): void {
  const name = `${spec.operationId} ${response.status}`
  const documented = spec.responses[response.status]
  if (!documented) {
    t.fail(`${name} is not documented`, { found: response.body })
    return
  }
  const { headers, content } = resolve(documented)
  for (const [header, described] of Object.entries(headers ?? {})) {
    if (resolve(described).required)
      t.type(response.headers[header.toLowerCase()], 'string', `${name} ${header}`)
  }
  const type = String(response.headers['content-type'] ?? '').replace(/;.*/, '')
  t.same(Object.keys(content ?? {}), type === '' ? [] : [type], `${name} has a documented content type`)
  const schema = content?.[type]?.schema
  if (!schema || !/json/.test(type)) return
  const validate = ajv.compile(schema.$ref ? { $ref: `tallybook${schema.$ref}` } : schema)
  t.ok(validate(response.body), name, { found: response.body, wanted: validate.errors })
  if (response.status >= 400) t.equal(response.body.status, response.status, `${name} repeats its status`)
}

/** What a reference leads to; members next to the reference stay. */
function resolve<Node extends Described>(node: Node): Node {
  if (typeof node.$ref !== 'string') return node
  const keys = node.$ref.slice(2).split('/')
  const target = keys.reduce<unknown>((value, key) => Object(value)[key], document)
  if (target === undefined) throw new Error(`${node.$ref} leads nowhere`)
  return { ...resolve(target as Node), ...node, $ref: undefined }
}

function zodSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io }) as Schema
}

/** A schema without references and words, and with one spelling for what has several. */
function plain(schema: Schema): Schema {
  const { $ref: _, $schema, description, examples, example, anyOf, ...rest } = resolve(schema)
  const members = anyOf?.map(plain)
  const [value, none] = members ?? []
  const merged: Schema =
    value && none?.type === 'null'
      ? { ...rest, ...value, type: [value.type, 'null'] }
      : { ...rest, ...(members && { anyOf: members }) }
  // Zod writes the pattern it uses next to the format it means.
  if (merged.format) delete merged.pattern
  if (merged.items) merged.items = plain(merged.items)
  if (merged.properties) {
    merged.properties = Object.fromEntries(
      Object.entries(merged.properties).map(([name, property]) => [name, plain(property)]),
    )
  }
  return merged
}

import type { JsonObject } from '../../src/catalogue/tool.ts'

/**
 * One operation of the document, as its author means it. The OpenAPI document is written from these, and the
 * checks go by these: nothing here comes from the code under test.
 */
export interface Operation {
  readonly id: string
  readonly method: string
  /** Below the base path, `/v1/orgs/{org_id}/members/{member}`. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body?: JsonObject
  /** How the tool call's body is made: properties as arguments, or one argument `body`. */
  readonly bodyKind?: 'properties' | 'argument'
  /** Wire names of what the configuration binds to the principal's organisation. */
  readonly bound?: readonly string[]
  /** Excluded in the configuration: no request may ever be one of it. */
  readonly excluded?: true
  /** How the backend answers; 200 with an echo unless said otherwise. */
  readonly answer?: 'empty' | 'redirect' | 'refusal'
}

/** A parameter; any JSON is let through to the request builder unless `schema` says otherwise. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly style?: string
  readonly explode?: boolean
  readonly allowReserved?: boolean
  readonly json?: true
  readonly schema?: JsonObject
}

const ANY: JsonObject = {}
const id = inPath('id')

/** Every style and location, several parameters in one segment, bodies of both kinds, bound parameters. */
export const OPERATIONS: readonly Operation[] = [
  {
    id: 'getPlain',
    method: 'GET',
    path: '/v1/plain/{id}',
    parameters: [id, inQuery('q'), inQuery('tags', { explode: true }), inQuery('limit', { schema: { type: 'integer' } })],
  },
  {
    id: 'getStyled',
    method: 'GET',
    path: '/v1/label/{a}/matrix/{b}/end',
    parameters: [inPath('a', { style: 'label', explode: true }), inPath('b', { style: 'matrix' })],
  },
  {
    id: 'getPair',
    method: 'GET',
    path: '/v1/pair/{a}.{b}/x-{c}/y{d}-{e}z',
    parameters: ['a', 'b', 'c', 'd', 'e'].map(name => inPath(name)),
  },
  {
    id: 'getLists',
    method: 'GET',
    path: '/v1/lists/{ids}/{object}/{json}',
    parameters: [inPath('ids', { explode: true }), inPath('object', { explode: true }), inPath('json', { json: true })],
  },
  {
    id: 'getSearch',
    method: 'GET',
    path: '/v1/search',
    parameters: [
      inQuery('joined', { explode: false }),
      inQuery('spaced', { style: 'spaceDelimited', explode: false }),
      inQuery('piped', { style: 'pipeDelimited', explode: false }),
      inQuery('deep', { style: 'deepObject', explode: true }),
      inQuery('json', { json: true }),
      inQuery('reserved', { allowReserved: true }),
      inQuery('filter[name]'),
    ],
  },
  {
    id: 'getFree',
    method: 'GET',
    path: '/v1/free',
    parameters: [inQuery('free', { explode: true, schema: { type: 'object' } }), inQuery('org_id'), inQuery('page')],
    bound: ['org_id'],
  },
  {
    id: 'getHeaders',
    method: 'GET',
    path: '/v1/headers',
    parameters: [
      inHeader('X-Note'),
      inHeader('X-List'),
      inHeader('X-Object', { explode: true }),
      inHeader('X-Json', { json: true }),
      // Never the caller's to set, whatever the document says.
      ...['X-HTTP-Method-Override', 'X-Forwarded-Host', 'Cookie', 'X-User-Id', 'Transfer-Encoding', 'X-Original-URL'].map(
        name => inHeader(name),
      ),
    ],
  },
  {
    id: 'getTenant',
    method: 'GET',
    path: '/v1/tenant',
    parameters: [inHeader('X-Org-Id'), inHeader('X-Note'), inQuery('q')],
    bound: ['X-Org-Id'],
  },
  {
    id: 'addNote',
    method: 'POST',
    path: '/v1/notes',
    parameters: [inQuery('dry')],
    bodyKind: 'properties',
    body: {
      type: 'object',
      required: ['title'],
      properties: {
        title: ANY,
        amount: { type: 'number' },
        count: { type: 'integer' },
        lines: { type: 'array', items: ANY },
        nested: { type: 'object' },
        constructor: ANY,
        'odd name\r\n"': ANY,
        dry: ANY,
        password: { type: 'string', format: 'password' },
        email: { type: 'string', format: 'email' },
        code: { type: 'string', pattern: '^(a+)+$' },
      },
    },
  },
  {
    id: 'putWhole',
    method: 'PUT',
    path: '/v1/whole/{id}',
    parameters: [id],
    bodyKind: 'argument',
    body: { type: 'object', additionalProperties: true },
  },
  {
    id: 'postAnything',
    method: 'POST',
    path: '/v1/anything',
    parameters: [],
    bodyKind: 'argument',
    body: ANY,
  },
  {
    id: 'postTree',
    method: 'POST',
    path: '/v1/trees',
    parameters: [],
    bodyKind: 'properties',
    body: { type: 'object', properties: { root: { $ref: '#/components/schemas/Node' }, label: ANY } },
  },
  {
    id: 'patchMember',
    method: 'PATCH',
    path: '/v1/orgs/{org_id}/members/{member}',
    parameters: [inPath('org_id'), inPath('member')],
    bodyKind: 'properties',
    body: { type: 'object', properties: { org_id: { type: 'string' }, role: ANY } },
    bound: ['org_id'],
  },
  {
    id: 'deleteMember',
    method: 'DELETE',
    path: '/v1/orgs/{org_id}/members/{member}',
    parameters: [inPath('org_id'), inPath('member'), inQuery('reason')],
    bound: ['org_id'],
    answer: 'empty',
  },
  { id: 'getThing', method: 'GET', path: '/v1/things/{id}', parameters: [id] },
  { id: 'exportThings', method: 'GET', path: '/v1/things/export', parameters: [], excluded: true },
  { id: 'getThingPdf', method: 'GET', path: '/v1/things/{id}.pdf', parameters: [id], excluded: true },
  { id: 'purge', method: 'DELETE', path: '/v1/things/{id}', parameters: [id], excluded: true },
  { id: 'getMoved', method: 'GET', path: '/v1/moved/{id}', parameters: [id], answer: 'redirect' },
  { id: 'getRefused', method: 'GET', path: '/v1/refused/{id}', parameters: [id, inQuery('q')], answer: 'refusal' },
] // biome-ignore format: a table

/** The operations that are tools. */
export const SERVED: readonly Operation[] = OPERATIONS.filter(operation => operation.excluded !== true)

/** The OpenAPI document of the operations. */
export function openApiDocument(): JsonObject {
  const paths: { [path: string]: JsonObject } = {}
  for (const operation of OPERATIONS) {
    const item = paths[operation.path] ?? {}
    paths[operation.path] = item
    item[operation.method.toLowerCase()] = {
      operationId: operation.id,
      parameters: operation.parameters.map(describeParameter),
      ...(operation.body && {
        requestBody: { required: true, content: { 'application/json': { schema: operation.body } } },
      }),
      responses: { 200: { description: 'done', content: { 'application/json': { schema: {} } } } },
    }
  }
  const node = {
    type: 'object',
    properties: { name: {}, children: { type: 'array', items: { $ref: NODE } } },
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hostile', version: '1' },
    paths,
    components: { schemas: { Node: node } },
  }
}

const NODE = '#/components/schemas/Node'

function describeParameter({ json, schema = {}, name, in: location, ...rest }: Parameter): JsonObject {
  const described = { name, in: location, ...(location === 'path' && { required: true }) }
  return json
    ? { ...described, content: { 'application/json': { schema } } }
    : { ...described, ...rest, schema }
}

function inPath(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, in: 'path', ...more }
}

function inQuery(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, in: 'query', ...more }
}

function inHeader(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, in: 'header', ...more }
}

import fc from 'fast-check'
import { type HostileValues, raw, toJson } from './hostile-values.ts'
import { credentials, type HttpRequest, oddHeaders } from './http-request.ts'
import type { HostileCall } from './tool-calls.ts'

const MODERN = '2026-07-28'
const META = 'io.modelcontextprotocol/'
const VERSIONS = [
  MODERN,
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '1.0',
  '',
  '2026-07-28 ',
  '2025-03-26, 2025-03-26',
]
const METHODS = [
  ...[
    'tools/call',
    'tools/list',
    'initialize',
    'ping',
    'server/discover',
    'subscriptions/listen',
    'resources/read',
  ],
  ...[
    'notifications/initialized',
    'notifications/cancelled',
    'prompts/get',
    'toString',
    '__proto__',
    'tools/',
    '',
  ],
]
const JSON_HEADERS: readonly (readonly [string, string])[] = [
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
]

/** A call in an envelope that is in order, of either era; only its arguments are hostile. */
export function envelope(call: HostileCall, era: 'modern' | 'legacy', id: number): HttpRequest {
  const isModern = era === 'modern'
  const params = { name: call.tool, arguments: raw(call.json), ...(isModern && { _meta: metaOf(MODERN) }) }
  const headers = isModern
    ? modernHeaders('tools/call', call.tool)
    : [['MCP-Protocol-Version', '2025-11-25'] as const]
  return {
    method: 'POST',
    target: '/mcp',
    headers: [...JSON_HEADERS, ...headers],
    body: toJson({ jsonrpc: '2.0', id, method: 'tools/call', params }),
    credential: { kind: 'own' },
    framing: 'whole',
  }
}

/** Requests to the MCP endpoint of which everything may be hostile: message, envelope, headers, bytes, framing. */
export function hostileRpc(
  calls: fc.Arbitrary<HostileCall>,
  values: HostileValues,
  decoy: string,
): fc.Arbitrary<HttpRequest> {
  const message = messages(calls, values)
  const body = fc.oneof(
    { weight: 12, arbitrary: message },
    {
      weight: 2,
      arbitrary: fc
        .array(message, { maxLength: 4 })
        .map(parts => ({ json: `[${parts.map(part => part.json)}]`, headers: parts[0]?.headers ?? [] })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(message, fc.constantFrom(51, 500)).map(([{ json, headers }, count]) => ({
        json: `[${new Array(count).fill(json.slice(0, 300))}]`,
        headers,
      })),
    },
    { weight: 1, arbitrary: values.value.map(value => ({ json: toJson(value), headers: [] })) },
  )
  return fc
    .record({
      method: usually(
        'POST',
        'GET',
        'DELETE',
        'OPTIONS',
        'PUT',
        'HEAD',
        'PATCH',
        'TRACE',
        'QUERY',
        'post',
        'CONNECT',
      ),
      target: usually(
        '/mcp',
        '/mcp/',
        '/mcp?x=1',
        '/MCP',
        '//mcp',
        '/%6dcp',
        '/mcp/../mcp',
        '/',
        '/.well-known/x',
        `http://${decoy}/mcp`,
        '*',
        '/mcp%00',
        '/%',
        'mcp',
      ),
      body,
      damage: damages(),
      media: usually(
        JSON_HEADERS,
        [],
        [['Content-Type', 'text/plain']],
        [['Content-Type', 'application/json; charset=utf-16']],
      ),
      odd: oddHeaders(values, decoy),
      credential: credentials(values),
      framing: usually('whole' as const, 'chunked' as const, 'short' as const),
    })
    .map(({ body: { json, headers }, damage, media, odd, ...rest }) => ({
      ...rest,
      headers: [...media, ...headers, ...odd],
      body: damage(json),
    }))
}

interface Message {
  readonly json: string
  /** Headers that fit the message, or do not. */
  readonly headers: readonly (readonly [string, string])[]
}

function messages(calls: fc.Arbitrary<HostileCall>, values: HostileValues): fc.Arbitrary<Message> {
  const { text, value } = values
  const oddMeta = fc.oneof(
    value,
    fc.dictionary(
      fc.constantFrom(
        `${META}protocolVersion`,
        `${META}clientInfo`,
        `${META}clientCapabilities`,
        'progressToken',
      ),
      fc.oneof(value, fc.constantFrom(...VERSIONS)),
      { maxKeys: 3 },
    ),
  )
  return fc
    .record({
      jsonrpc: usually<unknown>('2.0', '1.0', 2, null, undefined),
      id: fc.oneof(
        { weight: 3, arbitrary: fc.nat() },
        { weight: 1, arbitrary: fc.oneof(value, fc.constant(undefined)) },
      ),
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant('tools/call') },
        { weight: 4, arbitrary: fc.constantFrom(...METHODS) },
        { weight: 1, arbitrary: value },
      ),
      call: calls,
      version: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(MODERN, '2025-11-25', undefined) },
        { weight: 1, arbitrary: fc.constantFrom(...VERSIONS) },
      ),
      params: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
      name: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
      meta: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: oddMeta }),
      header: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: fc.tuple(
            fc.constantFrom('MCP-Protocol-Version', 'Mcp-Method', 'Mcp-Name'),
            fc.oneof(text, fc.constantFrom(...VERSIONS, ...METHODS)),
          ),
        },
      ),
      twice: fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '"method":"tools/list",',
            '"id":1,',
            '"params":{},',
            '"__proto__":{},',
            '"result":1,',
          ),
        },
      ),
    })
    .map(({ jsonrpc, id, method, call, version, params, name, meta, header, twice }) => {
      const isModern = version === MODERN
      const ordinary = {
        name: name ?? call.tool,
        arguments: raw(call.json),
        ...listening(method),
        ...(isModern && { _meta: metaOf(MODERN) }),
        ...(meta !== undefined && { _meta: meta }),
      }
      const json = toJson({ jsonrpc, id, method, params: params ?? ordinary })
      const methodText = typeof method === 'string' ? method : 'tools/call'
      const fitting = isModern
        ? modernHeaders(methodText, call.tool)
        : version === undefined
          ? []
          : [['MCP-Protocol-Version', version] as const]
      const headers =
        header === undefined ? fitting : [...fitting.filter(([known]) => known !== header[0]), header]
      return { json: `{${twice}${json.slice(1)}`, headers }
    })
}

function listening(method: unknown): object {
  return method === 'subscriptions/listen' ? { notifications: { toolsListChanged: true } } : {}
}

function metaOf(version: string): object {
  return {
    [`${META}protocolVersion`]: version,
    [`${META}clientInfo`]: { name: 'hostile', version: '1' },
    [`${META}clientCapabilities`]: {},
  }
}

function modernHeaders(method: string, name: string): (readonly [string, string])[] {
  return [
    ['MCP-Protocol-Version', MODERN],
    ['Mcp-Method', method],
    ['Mcp-Name', name],
  ]
}

/** Nearly always the first. */
function usually<T>(first: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 24, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )
}

/** What happens to a body's bytes on their way. */
function damages(): fc.Arbitrary<(json: string) => string | Uint8Array> {
  const at = fc.double({ min: 0, max: 1, noNaN: true })
  const none = fc.constant((json: string): string | Uint8Array => json)
  const cut = at.map(where => (json: string) => json.slice(0, Math.floor(json.length * where)))
  const insert = fc
    .tuple(at, fc.constantFrom('"', '\\', '{', ']', ',', '\0', '\ufeff', '\\ud800', '\r\n', ' '.repeat(1000)))
    .map(([where, text]) => (json: string) => {
      const position = Math.floor(json.length * where)
      return json.slice(0, position) + text + json.slice(position)
    })
  const bytes = fc
    .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 6 }))
    .map(([where, odd]) => (json: string) => {
      const copy = Buffer.from(json)
      copy.set(
        odd.subarray(0, copy.length),
        Math.floor((copy.length - odd.length) * where) > 0
          ? Math.floor((copy.length - odd.length) * where)
          : 0,
      )
      return new Uint8Array(copy)
    })
  const around = fc
    .constantFrom(
      ['\ufeff', ''],
      ['', '{}'],
      ['', '\n'],
      ['['.repeat(100_000), ''],
      ['[', ']'],
      ['{"a":'.repeat(70), '}'.repeat(70)],
      ['', ' '.repeat(250_000)],
    )
    .map(
      ([before = '', after = '']) =>
        (json: string) =>
          before + json + after,
    )
  return fc.oneof(
    { weight: 30, arbitrary: none },
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: insert },
    { weight: 2, arbitrary: bytes },
    { weight: 1, arbitrary: around },
  )
}

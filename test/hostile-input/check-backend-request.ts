import type { Caller } from './gateway.ts'
import { STATIC_CREDENTIAL } from './gateway.ts'
import { OPERATIONS, type Operation, type Parameter } from './operations.ts'
import { BASE, type Recorded } from './recording-backend.ts'

/** What may be in the requests of one test. */
export interface Expectation {
  /** Host and port of the backend. */
  readonly host: string
  /** Texts that belong to callers and never go upstream. */
  readonly secrets: readonly string[]
  /** Header names besides those of every tool call. */
  readonly moreHeaders?: ReadonlySet<string>
  /** Plain requests of the pass-through, whose queries and bodies are the client's own. */
  readonly isPlain?: boolean
}

const HEADERS = new Set([
  'host',
  'connection',
  'accept',
  'accept-encoding',
  'authorization',
  'content-type',
  'content-length',
])

/**
 * Checks one recorded request, and tells which operation it is: its method and path are those of exactly one
 * operation, however often a backend decodes; every value is in its own segment; only known headers are there.
 *
 * @throws Error that says what is wrong.
 */
export function checkBackendRequest(request: Recorded, expectation: Expectation): Operation {
  const operation = operationOf(request)
  if (!expectation.isPlain) checkQuery(request, operation)
  checkHeaders(request, operation, expectation)
  const everything = decodeAll(JSON.stringify(request))
  for (const secret of expectation.secrets) {
    if (everything.includes(secret) || JSON.stringify(request).includes(secret))
      fail('a credential of a caller', request)
  }
  if (request.body !== '' && !expectation.isPlain) JSON.parse(request.body)
  if (request.method === 'GET' && request.body !== '') fail('a GET with a body', request)
  return operation
}

/**
 * Checks that what the configuration binds is one caller's, the same wherever the operation has it.
 *
 * @param callers - those who may have made the request
 */
export function checkBound(request: Recorded, operation: Operation, callers: readonly Caller[]): void {
  if (operation.bound === undefined) return
  const folded = operation.bound.map(fold)
  for (const [name] of new URL(request.url, 'http://backend').searchParams) {
    const isOwn = operation.parameters.some(parameter => parameter.in === 'query' && parameter.name === name)
    if (!isOwn && folded.includes(fold(name))) fail(`a second ${name}`, request)
  }
  const values = operation.bound.flatMap(name => boundValues(name, request, operation))
  const isOnes = callers.some(({ organization }) => values.every(value => value === organization))
  if (values.length < operation.bound.length || !isOnes) fail(`the bound ${JSON.stringify(values)}`, request)
}

/** Checks a request that verifies a header pair: it shows the product that pair and nothing else. */
export function checkVerification(request: Recorded): void {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase())
  const unknown = names.filter(name => !VERIFICATION_HEADERS.has(name))
  if (request.method !== 'GET' || request.body !== '' || unknown.length > 0)
    fail('an odd verification', request)
  if (new Set(names).size !== names.length) fail('a header twice', request)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (request.rawHeaders.some(text => /[\x00-\x1f\x7f]/.test(text))) fail('a control character', request)
}

const VERIFICATION_HEADERS = new Set(
  'host connection accept accept-encoding user-agent email token'.split(' '),
)

function boundValues(name: string, request: Recorded, operation: Operation): unknown[] {
  const url = new URL(request.url, 'http://backend')
  const segments = request.url.slice(BASE.length).split(/[?]/)[0]?.split('/') ?? []
  const place = operation.path.split('/').indexOf(`{${name}}`)
  const body = operation.body?.properties
  return [
    ...(place === -1 ? [] : [decodeURIComponent(segments[place] ?? '')]),
    ...operation.parameters.flatMap(parameter => {
      if (parameter.name !== name) return []
      if (parameter.in === 'header') return headerValues(request, name)
      return parameter.in === 'query' ? url.searchParams.getAll(name) : []
    }),
    ...(typeof body === 'object' && body !== null && name in body
      ? [Object(JSON.parse(request.body))[name]]
      : []),
  ]
}

function headerValues({ rawHeaders }: Recorded, name: string): string[] {
  return rawHeaders.flatMap((value, index) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase() ? [value] : [],
  )
}

function operationOf(request: Recorded): Operation {
  const [path = '', ...more] = request.url.split('?')
  if (more.length > 1 && /[^\x21-\x7e]/.test(request.url)) fail('an odd request target', request)
  if (!/^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/.test(path)) fail('no plain path', request)
  if (new URL(request.url, 'http://backend').pathname !== path)
    fail('a path that URL parsers change', request)
  if (!path.startsWith(`${BASE}/`)) fail('it left the base path', request)
  const segments = path.slice(BASE.length).split('/')
  for (const segment of segments.slice(1)) checkSegment(segment, request)
  const sent = OPERATIONS.filter(
    ({ method, path }) => method === request.method && isOf(path, segments, text => text),
  )
  const [operation] = sent
  if (operation === undefined || operation.excluded) fail('no operation that is served', request)
  for (const read of READINGS) {
    const readAs = OPERATIONS.filter(
      ({ method, path }) => method === request.method && isOf(path, segments, read),
    )
    if (readAs.length !== 1) fail(`readable as ${readAs.map(({ id }) => id).join(' and ')}`, request)
  }
  return operation
}

/** How backends read a segment: as it is, decoded once or twice, without regard to case. */
const READINGS: readonly ((segment: string) => string)[] = [
  text => text,
  decodeOnce,
  text => decodeOnce(decodeOnce(text)),
  text => decodeAll(text),
]

function isOf(template: string, segments: readonly string[], read: (segment: string) => string): boolean {
  const parts = template.split('/')
  return (
    parts.length === segments.length &&
    parts.every((part, index) => {
      const segment = read(segments[index] ?? '').toLowerCase()
      if (!part.includes('{')) return part.toLowerCase() === segment
      const pattern = part
        .toLowerCase()
        .split(/\{[^}]*\}/)
        .map(literally)
        .join('[^]+')
      return new RegExp(`^${pattern}$`).test(segment)
    })
  )
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function checkSegment(segment: string, request: Recorded): void {
  const decoded = decodeAll(segment)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (segment === '' || /[/\\\x00-\x1f\x7f]/.test(decoded)) fail(`the segment ${segment}`, request)
  if (/^\.+$/.test((decoded.split(';', 1)[0] ?? '').trim())) fail(`the dots in ${segment}`, request)
}

function checkQuery(request: Recorded, { parameters }: Operation): void {
  const mark = request.url.indexOf('?')
  if (mark === -1) return
  const query = request.url.slice(mark + 1)
  if (/[^\x21-\x7e]|#/.test(query)) fail('raw characters in its query', request)
  const known = parameters.filter(parameter => parameter.in === 'query')
  // OpenAPI writes the members of such an object as parameters of their own, whatever their names.
  const isFree = known.some(({ style, explode, json }) => style === undefined && explode !== false && !json)
  for (const [name] of new URLSearchParams(query)) {
    if (known.some(parameter => parameter.name === name || isMember(name, parameter))) continue
    if (!isFree) fail(`the query parameter ${name}`, request)
  }
}

function isMember(name: string, { name: parent, style }: Parameter): boolean {
  return style === 'deepObject' && name.startsWith(`${parent}[`)
}

/** A name as lenient backends compare it. */
function fold(name: string): string {
  return decodeAll(name)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

function checkHeaders(request: Recorded, operation: Operation, { host, moreHeaders }: Expectation): void {
  const own = new Set(
    operation.parameters.flatMap(({ name, in: location }) =>
      location === 'header' && /^x-(?:note|list|object|json|org-id)$/i.test(name) ? [name.toLowerCase()] : [],
    ),
  )
  const seen = new Set<string>()
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? ''
    const value = request.rawHeaders[index + 1] ?? ''
    if (seen.has(name)) fail(`the header ${name} comes twice`, request)
    seen.add(name)
    if (!HEADERS.has(name) && !own.has(name) && !moreHeaders?.has(name)) fail(`the header ${name}`, request)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) fail(`the value of ${name}`, request)
    if (name === 'host' && value !== host) fail('another host', request)
    if (name === 'authorization' && value !== `Bearer ${STATIC_CREDENTIAL}`)
      fail('another credential', request)
  }
  if (!seen.has('authorization')) fail('no credential', request)
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}

/** As all careless backends together: decodes as often as it can, overlong forms too, and folds. */
function decodeAll(text: string): string {
  let decoded = text
  for (let round = 0; round < 4; round++) {
    const before = decoded
    decoded = decoded.replace(/%c0%([ab][0-9a-f])/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16) - 0x80),
    )
    decoded = decoded.replace(/%u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    decoded = decodeOnce(decoded).normalize('NFKC')
    if (decoded === before) break
  }
  return decoded
}

function fail(what: string, request: Recorded): never {
  throw new Error(`a request reached the backend with ${what}: ${JSON.stringify(request).slice(0, 3000)}`)
}

/**
 * Whatever the arguments: a request stays in its operation. The oracle is the URL parser of the platform and
 * plain decoding, not the code under test.
 */
import fc from 'fast-check'
import t from 'tap'
import type { JsonObject, ParameterPlan, RequestPlan } from '../../src/catalogue/tool.ts'
import { PosternError } from '../../src/errors.ts'
import { buildRequest, type UpstreamRequest } from '../../src/upstream/build-request.ts'
import { anyCharacter } from '../any-character.ts'
import { parameter, plan } from './fixtures/plan.ts'

const RUNS = 4000

const hostile = fc.oneof(
  fc.constantFrom(
    '..', '.', '../..', '/', '//evil.example', '\\', '%2e%2e', '%2e%2e%2f', '%252e%252e', '..%2f', '..;/', '..;',
    '%00', '\0', '\r\nX-Evil: 1', '\r\n\r\nGET /', '%0d%0a', '?a=b', '#f', '@evil.example', ':80', 'http://evil.example/',
    '&org=other', ';org=other', '+', '=', '[]', '__proto__', 'constructor', '\ud800', '\udfff', '😀', 'é', '／', '．．',
    '﹒﹒', '℀', '\u202e', '\u2028', ' ', '\t', '', '*', "'", '%', '%u2215', '%c0%af', '~',
  ),
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
) // biome-ignore format: a table
const text = fc.array(hostile, { maxLength: 4 }).map(parts => parts.join(''))
const scalar = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null))
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.oneof(text, fc.constantFrom('org', 'ORG[]', 'q', '__proto__')), scalar, { maxKeys: 4 }),
  fc.jsonValue({ maxDepth: 4 }),
)

const styleOf = (styles: readonly ParameterPlan['style'][]) =>
  fc.record({
    style: fc.constantFrom(...styles),
    explode: fc.boolean(),
    json: fc.constantFrom(false, false, false, true),
    allowReserved: fc.boolean(),
  })
const inPath = styleOf(['simple', 'label', 'matrix'])
const inQuery = styleOf(['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'])

function build(of: RequestPlan, args: JsonObject): UpstreamRequest | undefined {
  try {
    return buildRequest(of, args)
  } catch (error) {
    if (error instanceof PosternError && error.code === 'invalid_arguments') return undefined
    throw error
  }
}

/** Decodes as often as anything is left to decode, as careless backends do together. */
function decodeAll(segment: string): string {
  let decoded = segment
  for (let round = 0; round < 4; round++) {
    decoded = decoded.replace(/%u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    try {
      decoded = decodeURIComponent(decoded)
    } catch {
      decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    }
    decoded = decoded.normalize('NFKC')
  }
  return decoded
}

t.test('the path stays in its template', async t => {
  let sent = 0
  fc.assert(
    fc.property(inPath, inPath, value, value, (first, second, a, b) => {
      const path = ['/v1/', parameter('a', first), '/x.', parameter('b', second), '/end']
      const request = build(plan({ path }), { a, b })
      if (request === undefined) return
      sent++
      const url = new URL(request.origin + request.path)
      if (url.origin !== 'https://api.example' || url.hash !== '' || url.search !== '')
        throw new Error(url.href)
      if (url.pathname !== request.path) throw new Error(`the URL parser changed ${request.path}`)
      const [empty, base, version, one = '', two = '', end, ...more] = request.path.split('/')
      const literals = [empty, base, version, end, two.slice(0, 2), ...more]
      if (literals.join('|') !== '|base|v1|end|x.') throw new Error(request.path)
      for (const segment of [one, two]) {
        const decoded = decodeAll(segment)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        if (segment === '' || /[/\\\x00-\x1f\x7f]/.test(decoded)) throw new Error(request.path)
        const withoutParameters = decoded.split(';', 1)[0] ?? ''
        if (/^\.+$/.test(withoutParameters.trim())) throw new Error(request.path)
      }
    }),
    { numRuns: RUNS },
  )
  t.ok(sent > RUNS / 20, `${sent} were sent`)
})

t.test('the query stays in its parameters', async t => {
  let sent = 0
  fc.assert(
    fc.property(inQuery, value, (options, q) => {
      const query = [
        parameter('org', { style: 'form' }),
        parameter('q', options),
        parameter('end', { style: 'form' }),
      ]
      const request = build(plan({ query }), { org: 'mine', q, end: '1' })
      if (request === undefined) return
      sent++
      const url = new URL(request.origin + request.path)
      if (url.pathname !== '/base/things' || url.hash !== '') throw new Error(request.path)
      const pairs = [...url.searchParams]
      const [first, ...middle] = pairs.slice(0, -1)
      if (first?.join('=') !== 'org=mine' || pairs.at(-1)?.join('=') !== 'end=1')
        throw new Error(request.path)
      const exploded = options.explode && typeof q === 'object' && !Array.isArray(q) && !options.json
      for (const [name] of middle) {
        if (/^org(?:$|\[)|^end(?:$|\[)/i.test(name)) throw new Error(request.path)
        if (!exploded && name !== 'q' && !name.startsWith('q[')) throw new Error(request.path)
      }
      if (typeof q === 'string' && !options.json && url.searchParams.get('q') !== q)
        throw new Error(request.path)
    }),
    { numRuns: RUNS },
  )
  t.ok(sent > RUNS / 4, `${sent} were sent`)
})

t.test('header values stay in their header and bodies in their JSON', async t => {
  let sent = 0
  fc.assert(
    fc.property(text, value, fc.boolean(), value, (name, x, explode, body) => {
      const of = plan({
        method: 'POST',
        headers: [parameter('X-Note', { explode })],
        body: {
          kind: 'properties',
          mediaType: 'application/json',
          properties: new Map([[name, 'body']]),
          required: true,
        },
      })
      const request = build(of, { 'X-Note': x, body, [name]: 'smuggled' })
      if (request === undefined) return
      sent++
      const names = Object.keys(request.headers).sort().join()
      if (!['accept,content-type', 'accept,content-type,x-note'].includes(names)) throw new Error(names)
      if (!/^[\x20-\x7e]*$/.test(request.headers['x-note'] ?? '')) throw new Error('header value')
      const parsed: unknown = JSON.parse(String(request.body ?? ''))
      if (Object.keys(parsed as object).some(key => key !== name.toWellFormed() && key !== name))
        throw new Error('body')
    }),
    { numRuns: RUNS },
  )
  t.ok(sent > RUNS / 10, `${sent} were sent`)
})

t.test('cookies stay in their cookies', async t => {
  const inCookie = fc.record({
    style: fc.constantFrom<ParameterPlan['style']>('form', 'cookie'),
    explode: fc.boolean(),
    json: fc.constantFrom(false, false, false, true),
    allowReserved: fc.boolean(),
  })
  const names = fc.constantFrom(
    'org',
    'ORG',
    'session',
    'sid',
    'c',
    'theme',
    '__Host-x',
    '$Path',
    'a;org',
    'org=x',
  )
  const members = fc.dictionary(fc.oneof(names, text), scalar, { maxKeys: 4 })
  let sent = 0
  fc.assert(
    fc.property(inCookie, fc.oneof(value, members), (options, c) => {
      const cookies = [
        parameter('org', { style: 'form' }),
        parameter('c', options),
        parameter('end', { style: 'form' }),
      ]
      const request = build(plan({ cookies }), { org: 'mine', c, end: '1' })
      if (request === undefined) return
      sent++
      if (Object.keys(request.headers).sort().join() !== 'accept,cookie') throw new Error('headers')
      const header = request.headers.cookie ?? ''
      if (!/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(header)) throw new Error(header)
      // As the most lenient server takes it apart: at every semicolon, whatever is around it.
      const pairs = header.split(';').map(pair => pair.trim().split('='))
      if (pairs[0]?.join('=') !== 'org=mine' || pairs.at(-1)?.join('=') !== 'end=1') throw new Error(header)
      const exploded = options.explode && typeof c === 'object' && !Array.isArray(c) && !options.json
      for (const [name = ''] of pairs.slice(1, -1)) {
        if (!exploded && name !== 'c') throw new Error(header)
        if (/^(?:org|end|session|sid|\$.*|__host-.*)$/i.test(decodeAll(name).trim())) throw new Error(header)
        if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new Error(header)
      }
      if (typeof c === 'string' && options.style === 'form' && !options.json) {
        const own = pairs[1]?.slice(1).join('=') ?? ''
        if (decodeURIComponent(own) !== c) throw new Error(header)
      }
    }),
    { numRuns: RUNS },
  )
  t.ok(sent > RUNS / 10, `${sent} were sent`)
})

t.test('the whole query stays a query, and its members pass for no other parameter', async t => {
  const member = (name: string) =>
    fc.record({
      argument: fc.constant(name),
      name: fc.constant(name),
      style: fc.constantFrom<ParameterPlan['style']>('form', 'deepObject', 'pipeDelimited'),
      explode: fc.boolean(),
      allowReserved: fc.boolean(),
      json: fc.boolean(),
      required: fc.constant(false),
    })
  const kind = fc.oneof(
    fc.record({ json: fc.constant(true) }),
    fc.record({ json: fc.constant(false) }),
    fc.record({ json: fc.constant(false), form: fc.array(member('q'), { maxLength: 1 }) }),
  )
  const keys = fc.oneof(
    text,
    fc.constantFrom('org', 'ORG[]', '%6Frg', 'org.x', '_method', '.method[a]', 'q', 'ok'),
  )
  const whole = fc.oneof(value, fc.dictionary(keys, value, { maxKeys: 4 }))
  let sent = 0
  fc.assert(
    fc.property(kind, whole, (options, f) => {
      const query = [
        parameter('end', { style: 'form' }),
        parameter('f', { ...options, style: 'form', explode: true, isWholeQuery: true }),
      ]
      const request = build(plan({ path: ['/', parameter('org')], query }), { org: 'mine', f, end: '1' })
      if (request === undefined) return
      sent++
      const url = new URL(request.origin + request.path)
      if (url.pathname !== '/base/mine' || url.hash !== '') throw new Error(request.path)
      const [first, ...members] = [...url.searchParams]
      if (first?.join('=') !== 'end=1') throw new Error(request.path)
      if (!('form' in options) && members.length > 1) throw new Error(request.path)
      for (const [name] of members) {
        if (!('form' in options)) continue
        const decoded = decodeAll(name)
        if (/^\s*(?:org|end)\s*(?:$|\[)|^\s*[_.]method\s*(?:$|\[)/i.test(decoded))
          throw new Error(request.path)
      }
    }),
    { numRuns: RUNS },
  )
  t.ok(sent > RUNS / 4, `${sent} were sent`)
})

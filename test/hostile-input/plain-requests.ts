import fc from 'fast-check'
import { type HostileValues, toJson } from './hostile-values.ts'
import { credentials, type HttpRequest, oddHeaders } from './http-request.ts'
import { OPERATIONS, type Operation } from './operations.ts'

/** Stands for the organisation of the lane that sends the request. */
export const OWN = '\ue002own\ue003'

/** Requests to the pass-through: paths of all operations, also of those that are excluded, made hostile. */
export function hostilePlain(values: HostileValues, decoy: string): fc.Arbitrary<HttpRequest> {
  return fc
    .record({
      operation: fc.constantFrom(...OPERATIONS),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'GET',
            'POST',
            'DELETE',
            'HEAD',
            'OPTIONS',
            'get',
            'PROPFIND',
            'TRACE',
            'CONNECT',
          ),
        },
      ),
      segments: fc.array(segments(values), { minLength: 5, maxLength: 5 }),
      around: fc.oneof(
        { weight: 12, arbitrary: fc.constant(['', ''] as const) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            ...AROUND,
            [`http://${decoy}`, ''] as const,
            [`//${decoy}`, ''] as const,
          ),
        },
      ),
      query: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), values.key), values.text, fc.boolean()), {
        maxLength: 3,
      }),
      body: fc.oneof(
        values.value.map(toJson),
        values.text,
        fc.uint8Array(),
        fc.constantFrom('{"_method":"DELETE"}', '_method=DELETE', '{"org_id":"other"}', '{"role":"x"}'),
      ),
      type: fc.oneof(
        { weight: 4, arbitrary: fc.constant('application/json') },
        fc.constantFrom(
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'x',
        ),
      ),
      odd: oddHeaders(values, decoy),
      credential: credentials(values),
      framing: fc.oneof(
        { weight: 12, arbitrary: fc.constant('whole' as const) },
        { weight: 1, arbitrary: fc.constantFrom('chunked' as const, 'short' as const) },
      ),
    })
    .map(({ operation, segments, around, query, type, odd, credential, framing, ...rest }) => {
      const method = rest.method ?? operation.method
      const hasBody = !['GET', 'HEAD', 'TRACE', 'OPTIONS', 'CONNECT', 'get'].includes(method)
      const path = `${around[0]}/api${pathOf(operation, segments)}${around[1]}`
      return {
        method,
        target: query.length === 0 ? path : `${path}?${query.map(pairOf).join('&')}`,
        headers: [...(hasBody ? [['Content-Type', type] as const] : []), ...odd],
        body: hasBody ? rest.body : undefined,
        credential,
        framing,
      }
    })
}

/** The request as one lane sends it. */
export function inLane(request: HttpRequest, organization: string): HttpRequest {
  return { ...request, target: request.target.replaceAll(OWN, encodeURIComponent(organization)) }
}

const NAMES = [
  'q',
  'org_id',
  'ORG_ID[]',
  'org%5fid',
  'org%255Fid',
  'org.id',
  '_method',
  '%5Fmethod',
  'page',
  'reason',
]
const AROUND: readonly (readonly [string, string])[] = [
  ['/', ''],
  ['', '/'],
  ['', '//'],
  ['', '/..'],
  ['', '/%2e%2e'],
  ['', '/../export'],
  ['/..', ''],
  ['', ';x=1'],
  ['', '.pdf'],
  ['', '#f'],
  ['/mcp/..', ''],
  ['/api', ''],
  ['/%61pi/..', ''],
  ['\\', ''],
  ['', '\\..'],
  ['', '%00'],
  ['', ' '],
  ['', '?'],
  ['', '??'],
]

/** What other operations have in this place, and what reads like it. */
const LITERALS = ['export', 'EXPORT', 'Ｅxport', ' export', 'x.pdf', 'x.PDF', 'x.ｐdf', '..', '．．']

function segments({ text }: HostileValues): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'inv_7', 'Z%C3%BCrich', '42', OWN) },
    { weight: 2, arbitrary: text.map(value => encodeURIComponent(value.toWellFormed())) },
    { weight: 1, arbitrary: fc.constantFrom(...LITERALS.map(encodeURIComponent)) },
    { weight: 1, arbitrary: text.map(value => value.replace(/[\s\0]/g, '')) },
    { weight: 1, arbitrary: text.map(value => encodeURIComponent(encodeURIComponent(value.toWellFormed()))) },
    { weight: 1, arbitrary: text.map(value => Buffer.from(value).toString('hex').replace(/../g, '%$&')) },
  )
}

function pathOf({ path, bound = [] }: Operation, segments: readonly string[]): string {
  let index = 0
  return path.replace(/\{([^}]*)\}/g, (_, name) => {
    const segment = segments[index++] ?? 'x'
    // Mostly the caller's own: anything else is refused before it becomes interesting.
    return bound.includes(name) && segment.length < 6 ? OWN : segment
  })
}

function pairOf([name, value, isRaw]: [string, string, boolean]): string {
  const text = isRaw ? value.replace(/[\s\0]/g, '') : encodeURIComponent(value.toWellFormed())
  return `${isRaw ? name.replace(/[\s\0]/g, '') : encodeURIComponent(name.toWellFormed())}=${text}`
}

import t from 'tap'
import type { ArgumentProblem, JsonObject, ParameterPlan, RequestPlan } from '../../src/catalogue/tool.ts'
import { PosternError } from '../../src/errors.ts'
import { buildRequest } from '../../src/upstream/build-request.ts'
import { parameter, plan } from './fixtures/plan.ts'

const ARRAY = ['blue', 'black', 'brown']
const OBJECT = { R: 100, G: 200, B: 150 }

function problems(of: RequestPlan, args: JsonObject): readonly ArgumentProblem[] {
  try {
    buildRequest(of, args)
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'invalid_arguments') throw error
    return error.data?.problems as readonly ArgumentProblem[]
  }
  throw new Error('nothing was refused')
}

/** A name that the TAP stream can carry. */
function codePoints(text: string): string {
  return [...text.slice(0, 8)].map(character => character.codePointAt(0)?.toString(16)).join(' ')
}

t.test('OpenAPI 3.1.1 style examples of the path', async t => {
  const cases: [ParameterPlan['style'], boolean, unknown, string][] = [
    ['simple', false, 'blue', 'blue'],
    ['simple', false, ARRAY, 'blue,black,brown'],
    ['simple', true, ARRAY, 'blue,black,brown'],
    ['simple', false, OBJECT, 'R,100,G,200,B,150'],
    ['simple', true, OBJECT, 'R=100,G=200,B=150'],
    ['label', false, 'blue', '.blue'],
    ['label', false, ARRAY, '.blue,black,brown'],
    ['label', true, ARRAY, '.blue.black.brown'],
    ['label', false, OBJECT, '.R,100,G,200,B,150'],
    ['label', true, OBJECT, '.R=100.G=200.B=150'],
    ['matrix', false, 'blue', ';color=blue'],
    ['matrix', false, ARRAY, ';color=blue,black,brown'],
    ['matrix', true, ARRAY, ';color=blue;color=black;color=brown'],
    ['matrix', false, OBJECT, ';color=R,100,G,200,B,150'],
    ['matrix', true, OBJECT, ';R=100;G=200;B=150'],
  ]
  for (const [style, explode, color, expected] of cases) {
    const of = plan({ path: ['/x/', parameter('color', { style, explode }), '/end'] })
    const { path, origin } = buildRequest(of, { color })
    t.equal(path, `/base/x/${expected}/end`, `${style} ${explode ? 'exploded' : ''} ${JSON.stringify(color)}`)
    t.equal(origin, 'https://api.example')
  }
})

t.test('OpenAPI 3.1.1 style examples of the query', async t => {
  const cases: [ParameterPlan['style'], boolean, unknown, string][] = [
    ['form', false, '', 'color='],
    ['form', true, 'blue', 'color=blue'],
    ['form', false, ARRAY, 'color=blue,black,brown'],
    ['form', true, ARRAY, 'color=blue&color=black&color=brown'],
    ['form', false, OBJECT, 'color=R,100,G,200,B,150'],
    ['form', true, OBJECT, 'R=100&G=200&B=150'],
    ['spaceDelimited', false, ARRAY, 'color=blue%20black%20brown'],
    ['spaceDelimited', false, OBJECT, 'color=R%20100%20G%20200%20B%20150'],
    ['pipeDelimited', false, ARRAY, 'color=blue%7Cblack%7Cbrown'],
    ['pipeDelimited', false, OBJECT, 'color=R%7C100%7CG%7C200%7CB%7C150'],
    ['deepObject', true, OBJECT, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ]
  for (const [style, explode, color, expected] of cases) {
    const of = plan({ query: [parameter('color', { style, explode })] })
    const { path } = buildRequest(of, { color })
    t.equal(path, `/base/things?${expected}`, `${style} ${explode} ${JSON.stringify(color)}`)
  }
})

t.test('deepObject writes nested objects and lists in brackets', async t => {
  const of = plan({ query: [parameter('f', { style: 'deepObject', explode: true })] })
  const path = (f: unknown) => decodeURIComponent(buildRequest(of, { f }).path)
  t.equal(path({ a: { b: { c: true } } }), '/base/things?f[a][b][c]=true')
  t.equal(path({ tags: ['x', null, 'y'] }), '/base/things?f[tags][]=x&f[tags][]=y')
  t.equal(path({ l: [{ a: 1 }, { a: 2 }] }), '/base/things?f[l][0][a]=1&f[l][1][a]=2')
  t.equal(path({}), '/base/things')
  const deep = { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } }
  t.equal(problems(of, { f: deep })[0]?.expected, 'at most 8 levels of nesting')
})

t.test('null, undefined and empty lists are left out; booleans and numbers are written', async t => {
  const query = ['a', 'b', 'c', 'd', 'e'].map(name => parameter(name, { style: 'form', explode: true }))
  t.equal(buildRequest(plan({ query }), { a: null, c: false, d: 0, e: [] }).path, '/base/things?c=false&d=0')
})

t.test('what no style has a form for is written as JSON, as a whole', async t => {
  const nested = ['a', { b: [1, '../x&org=other'] }]
  const styles = ['form', 'spaceDelimited', 'pipeDelimited'] as const
  for (const style of styles) {
    for (const explode of [true, false]) {
      const { path } = buildRequest(plan({ query: [parameter('f', { style, explode })] }), { f: nested })
      const { searchParams } = new URL(`https://api.example${path}`)
      t.equal(searchParams.size, 1)
      t.same(JSON.parse(searchParams.get('f') ?? ''), nested)
    }
  }
  const exploded = plan({ query: [parameter('f', { style: 'form', explode: true })] })
  t.equal(
    buildRequest(exploded, { f: { org: { id: 1 } } }).path,
    '/base/things?f=%7B%22org%22%3A%7B%22id%22%3A1%7D%7D',
  )
  const header = buildRequest(plan({ headers: [parameter('X-F')] }), { 'X-F': { a: [1, 'é'] } })
  t.equal(header.headers['x-f'], '{"a":[1,"\\u00e9"]}')
  for (const style of ['form', 'cookie'] as const) {
    const cookie = buildRequest(plan({ cookies: [parameter('c', { style })] }), { c: [[1], 'a;b'] })
    t.equal(cookie.headers.cookie, `c=${encodeURIComponent('[[1],"a;b"]')}`)
  }
})

t.test('in a path, nested values are JSON too, where they stay in their segment', async t => {
  const of = plan({ path: ['/a/', parameter('p')] })
  t.equal(buildRequest(of, { p: { a: [1, 2] } }).path, `/base/a/${encodeURIComponent('{"a":[1,2]}')}`)
  t.match(problems(of, { p: { a: ['../b'] } }), [{ path: '/p' }])
})

t.test('parameters described by content are JSON', async t => {
  const json = { json: true, style: 'form' } as const
  const of = plan({ query: [parameter('filter', json)], headers: [parameter('X-Filter', json)] })
  const request = buildRequest(of, { filter: { a: ['é&='] }, 'X-Filter': { a: 'é😀' } })
  t.equal(request.path, '/base/things?filter=%7B%22a%22%3A%5B%22%C3%A9%26%3D%22%5D%7D')
  t.same(JSON.parse(request.headers['x-filter'] ?? ''), { a: 'é😀' })
  t.match(request.headers['x-filter'], /^[ -~]+$/)
})

t.test('allowReserved keeps what can not split a query and nothing else', async t => {
  const of = plan({ query: [parameter('q', { style: 'form', allowReserved: true })] })
  t.equal(
    buildRequest(of, { q: `:/?@!$'()*,#[]&=+;%26 "\n` }).path,
    `/base/things?q=:/?@!$'()*,%23%5B%5D%26%3D%2B%3B%2526%20%22%0A`,
  )
  t.equal(buildRequest(of, { q: ['a,b', 'c'] }).path, '/base/things?q=a%2Cb,c')
})

t.test('a key of an exploded object can not pass for another parameter', async t => {
  const org = parameter('org_id', { style: 'form', explode: true })
  const form = plan({ query: [org, parameter('extra', { style: 'form', explode: true })] })
  for (const key of ['org_id', 'ORG_ID', 'org_id[]', 'org.id', 'org id', 'org_id[0]', '']) {
    t.match(problems(form, { org_id: 'mine', extra: { [key]: 'theirs' } }), [
      { expected: 'a key that is not the name of another parameter' },
    ])
  }
  t.equal(buildRequest(form, { extra: { other: 1 } }).path, '/base/things?other=1')
  const bracketed = parameter('f[org]', { style: 'form', explode: true })
  const deep = plan({ query: [bracketed, parameter('f', { style: 'deepObject', explode: true })] })
  t.equal(problems(deep, { 'f[org]': 'mine', f: { org: 'theirs' } }).length, 1)
})

t.test('a key of an exploded object can not pass for a parameter of another place', async t => {
  const extra = parameter('extra', { style: 'form', explode: true })
  const of = plan({
    method: 'POST',
    path: ['/orgs/', parameter('org_id'), '/x'],
    query: [extra],
    headers: [parameter('X-Tenant')],
    body: {
      kind: 'properties',
      mediaType: 'application/json',
      properties: new Map([['owner', 'owner']]),
      required: true,
    },
  })
  for (const key of [
    'org_id',
    'Org_ID',
    'org_id[]',
    'org%5fid',
    'ｏｒｇ＿id',
    'org_id%5b0]',
    'x_tenant',
    'owner',
  ]) {
    t.match(problems(of, { org_id: 'mine', extra: { [key]: 'theirs' } }), [
      { expected: 'a key that is not the name of another parameter' },
    ])
  }
  t.equal(buildRequest(of, { org_id: 'mine', extra: { other: 1 } }).path, '/base/orgs/mine/x?other=1')
})

t.test('free names of query and body can not ask for another method', async t => {
  const free = parameter('free', { style: 'form', explode: true })
  const body = {
    kind: 'argument',
    encoding: 'json',
    argument: 'body',
    mediaType: 'application/json',
    required: false,
  } as const
  const of = plan({ method: 'POST', query: [free], body })
  for (const name of ['_method', '_METHOD', ' _method', '.method', '_method[]', '_method\0x']) {
    t.match(problems(of, { body: { [name]: 'DELETE' } }), [{ path: `/body/${name}` }], codePoints(name))
    if (!name.includes('\0'))
      t.equal(problems(of, { free: { [name]: 'DELETE' } }).length, 1, codePoints(name))
  }
  t.equal(problems(of, { free: { '%5fmethod': 'DELETE' } }).length, 1)
  t.equal(
    buildRequest(of, { body: { method: 'card', note: '_method' } }).body,
    '{"method":"card","note":"_method"}',
  )
})

t.test('free names of the body can not pass for what is bound elsewhere', async t => {
  const body = {
    kind: 'argument',
    encoding: 'json',
    argument: 'body',
    mediaType: 'application/json',
    required: false,
  } as const
  const of = plan({ method: 'PUT', query: [parameter('org_id', { style: 'form' })], body })
  const bound = new Set(['org_id'])
  for (const name of ['org_id', 'Org_Id', 'org.id', 'org_id[]']) {
    const args = { org_id: 'mine', body: { [name]: 'other' } }
    t.throws(() => buildRequest(of, args, bound), { code: 'invalid_arguments' }, name)
  }
  const { path } = buildRequest(
    of,
    { org_id: 'mine', body: { organization: 'org_id', in: { org_id: 1 } } },
    bound,
  )
  t.equal(path, '/base/things?org_id=mine')
  t.equal(
    buildRequest(plan({ ...of }), { body: { org_id: 'any' } }).body,
    '{"org_id":"any"}',
    'nothing is bound',
  )
})

t.test('path values that could leave their segment are refused, with path and reason', async t => {
  const of = plan({ path: ['/x/', parameter('id'), '/end'] })
  const hostile = [
    '', '.', '..', '...', '/', 'a/b', '../x', '..\\x', 'a\\b', '%2f', '%2F', '%2e%2e', 'a%00', '%252e', '%c0%ae',
    '%u002e', 'a\0b', 'a\r\nb', 'a\tb', '\x7f', '\x85', '..;', '..;a=b', '.;', '.. ', ' ..', ' .', '．．', '／', 'a＼b',
    '％２ｅ', '‥', '\ud800', 'a\udc00', '\u2028', 'a'.repeat(5000), 'a⁄b',
  ] // biome-ignore format: a table
  for (const id of hostile) {
    const [problem] = problems(of, { id })
    t.equal(problem?.path, '/id', codePoints(id))
    t.notMatch(JSON.stringify(problem), /a\/b/, 'never the value')
  }
  t.match(problems(of, { id: 'a/b' }), [{ path: '/id', expected: 'a text without / or \\' }])
  t.match(problems(of, {}), [{ path: '/id', received: undefined }])
  t.match(problems(of, { id: [] }), [{ path: '/id', received: 'an empty value' }])
  t.match(problems(of, { id: ['a', '..'] }), [{ path: '/id' }])
  t.match(problems(of, { id: { a: '/' } }), [{ path: '/id' }])
})

t.test('what was given and can’t be sent is not said to be missing', async t => {
  const of = plan({ query: [parameter('tags', { style: 'pipeDelimited', explode: false })] })
  t.match(problems(of, { tags: ['a', 'b|c'] }), [
    { path: '/tags', expected: 'items without bars', received: 'a value that is not shown here' },
  ])
})

t.test('path values that are merely unusual are encoded', async t => {
  const of = plan({ path: ['/x/', parameter('id')] })
  const cases = {
    'a b': 'a%20b',
    'C#': 'C%23',
    'a?b': 'a%3Fb',
    "é!'()*": '%C3%A9%21%27%28%29%2A',
    '100%': '100%25',
  }
  for (const [id, encoded] of Object.entries({
    ...cases,
    'a.b': 'a.b',
    'a;b': 'a%3Bb',
    'u@h.x': 'u%40h.x',
  })) {
    t.equal(buildRequest(of, { id }).path, `/base/x/${encoded}`)
  }
  t.equal(buildRequest(of, { id: 7 }).path, '/base/x/7')
})

t.test('a segment put together from literals and values does not become a dot segment', async t => {
  const pair = plan({ path: ['/', parameter('a'), '.', parameter('b')] })
  t.equal(buildRequest(pair, { a: 'x', b: 'y' }).path, '/base/x.y')
  const dotted = plan({ path: ['/.', parameter('a')] })
  t.match(problems(dotted, { a: ';x' }), [{ path: '/a' }])
  t.match(problems(dotted, { a: '.;x' }), [{ path: '/a' }])
  const file = plan({ path: ['/files/', parameter('name'), '.json'] })
  t.match(problems(file, { name: '..' }), [{ path: '/name' }])
  t.match(problems(file, { name: '..;' }), [{ path: '/name' }])
  t.equal(buildRequest(file, { name: 'a..' }).path, '/base/files/a...json')
  const label = plan({ path: ['/', parameter('a', { style: 'label' })] })
  t.match(problems(label, { a: ';x' }), [{ path: '/a' }])
  t.equal(buildRequest(label, { a: 'x' }).path, '/base/.x')
})

t.test('a template that leaves its path itself is refused', async t => {
  for (const path of [
    '/a/../b',
    '/./b',
    '/%2e%2e/b',
    '/a?x=1',
    '/a#b',
    'a',
    '//evil/x',
    '/a\\b',
    '/%ff',
    '/%2E./x',
  ]) {
    t.throws(() => buildRequest(plan({ path: [path] }), {}), { code: 'document_invalid' }, path)
  }
  t.equal(buildRequest(plan({ path: ['/a b/ü:x/%41/'] }), {}).path, '/base/a%20b/%C3%BC:x/%41/')
  t.equal(buildRequest(plan({ path: ['/'], baseUrl: 'http://h:81' }), {}).path, '/')
  for (const baseUrl of ['ftp://h', 'http://u:p@h', 'http://h?x', 'nothing']) {
    t.throws(() => buildRequest(plan({ baseUrl }), {}), { code: 'document_invalid' }, baseUrl)
  }
})

t.test('header values can not inject', async t => {
  const of = plan({ headers: [parameter('X-Note', { style: 'simple' })] })
  t.equal(buildRequest(of, { 'X-Note': 'a, b' }).headers['x-note'], 'a, b')
  t.equal(buildRequest(of, { 'X-Note': ['a', 1] }).headers['x-note'], 'a,1')
  t.notOk('x-note' in buildRequest(of, {}).headers)
  for (const value of [
    'a\r\nb',
    'a\nb',
    'a\0',
    '\x01',
    'é',
    '😀',
    ' a',
    'a ',
    'a\tb',
    '\ud800',
    ['a,b'],
    { 'a=b': 1 },
  ]) {
    t.match(problems(of, { 'X-Note': value }), [{ path: '/X-Note' }], JSON.stringify(value))
  }
  t.equal(problems(of, { 'X-Note': 'x'.repeat(9000) }).length, 1)
})

t.test(
  'headers of transport, credentials, routing and identity are refused whatever the plan says',
  async t => {
    const names = [
    'Authorization', 'Cookie', 'Host', 'Content-Length', 'Content-Type', 'Transfer-Encoding', 'Connection', 'TE', 'Destination',
    'Forwarded', 'X-Forwarded-For', 'X_Forwarded_For', 'X-Forwarded-User', 'X-Real-IP', 'X-HTTP-Method-Override',
    'X-Original-URL', 'Proxy-Authorization', 'X-User-Id', 'X-Auth-Request-Email', 'X-Remote-User', 'Remote-User',
    'X_USER', 'Bad Name', 'X:Y',
  ] // biome-ignore format: a table
    for (const name of names) {
      t.equal(problems(plan({ headers: [parameter(name)] }), { [name]: 'x' }).length, 1, name)
      t.ok(buildRequest(plan({ headers: [parameter(name)] }), {}), 'not when it is not given')
    }
    const bound = new Set(['X-User-Id', 'Authorization'])
    t.equal(
      buildRequest(plan({ headers: [parameter('X-User-Id')] }), { 'X-User-Id': 'u1' }, bound).headers[
        'x-user-id'
      ],
      'u1',
      'an identity that the configuration binds',
    )
    const authorization = plan({ headers: [parameter('Authorization')] })
    t.throws(() => buildRequest(authorization, { Authorization: 'x' }, bound), { code: 'invalid_arguments' })
  },
)

t.test('bodies hold what the plan names and nothing else', async t => {
  const mediaType = 'application/merge-patch+json'
  const whole = plan({
    method: 'POST',
    body: { kind: 'argument', encoding: 'json', mediaType, argument: 'body' },
  })
  t.match(buildRequest(whole, { body: [1] }), { body: '[1]', headers: { 'content-type': mediaType } })
  t.equal(buildRequest(whole, { body: null }).body, 'null')
  t.equal(buildRequest(whole, {}).body, undefined)
  t.notOk('content-type' in buildRequest(whole, {}).headers)
  const properties = new Map([
    ['__proto__', 'p'],
    ['name', 'body_name'],
    ['"q', 'q'],
  ])
  const parts = plan({ method: 'POST', body: { kind: 'properties', mediaType, properties, required: false } })
  t.equal(
    buildRequest(parts, JSON.parse('{"p":1,"body_name":null,"q":"\\ud800","__proto__":2,"other":3}')).body,
    '{"__proto__":1,"name":null,"\\"q":"\\ud800"}',
  )
  t.equal(buildRequest(parts, { other: 1 }).body, undefined)
  const required = plan({
    method: 'POST',
    body: { kind: 'properties', mediaType, properties, required: true },
  })
  t.equal(buildRequest(required, {}).body, '{}')
})

t.test('inherited properties are no arguments', async t => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const of = plan({
      query: [parameter(name, { style: 'form' })],
      headers: [parameter(name)],
      body: { kind: 'argument', encoding: 'json', mediaType: 'application/json', argument: name },
    })
    const request = buildRequest(of, {})
    t.equal(request.path, '/base/things', name)
    t.equal(request.body, undefined, name)
  }
})

t.test('all problems are named at once, and a URL has an end', async t => {
  const of = plan({ path: ['/', parameter('a')], query: [parameter('b', { style: 'form' })] })
  t.same(
    problems(of, { a: '..', b: ['\ud800'] }).map(problem => problem.path),
    ['/a', '/b/0'],
  )
  t.match(problems(of, { a: 'x', b: 'y'.repeat(40_000) }), [{ path: '', expected: /URL/ }])
})

t.test('lists of Swagger 2.0 in paths, queries and headers', async t => {
  const cases: [ParameterPlan['style'], string][] = [
    ['spaceDelimited', '%20'],
    ['pipeDelimited', '%7C'],
    ['tabDelimited', '%09'],
  ]
  for (const [style, joint] of cases) {
    const one = parameter('p', { style })
    t.equal(buildRequest(plan({ path: ['/', one] }), { p: ['a', 'b'] }).path, `/base/a${joint}b`)
    t.equal(buildRequest(plan({ query: [one] }), { p: ['a', 'b'] }).path, `/base/things?p=a${joint}b`)
    const delimiter = decodeURIComponent(joint)
    t.match(problems(plan({ query: [one] }), { p: ['a', `b${delimiter}c`] }), [
      { path: '/p', expected: /without/ },
    ])
    t.match(problems(plan({ path: ['/', one] }), { p: ['a', `b${delimiter}c`] }), [{ path: '/p' }])
  }
  const header = plan({ headers: [parameter('X-P', { style: 'pipeDelimited' })] })
  t.equal(buildRequest(header, { 'X-P': ['a', 'b'] }).headers['x-p'], 'a|b')
})

t.test('allowReserved in a path keeps what is plain in a segment', async t => {
  const of = plan({ path: ['/', parameter('p', { allowReserved: true })] })
  t.equal(buildRequest(of, { p: "a:b@c!$&'()*=+;, é" }).path, "/base/a:b@c!$&'()*=%2B%3B%2C%20%C3%A9")
  t.equal(buildRequest(of, { p: ['a,b', 'c'] }).path, '/base/a%2Cb,c')
  t.match(problems(of, { p: 'a/b' }), [{ path: '/p' }])
})

const FORM = [
  parameter('tags', { style: 'pipeDelimited' }),
  parameter('deep', { style: 'deepObject' }),
  parameter('data', { style: 'form', json: true }),
]
const VALUE = {
  a: 'x y',
  list: ['1', 2],
  tags: ['p', 'q'],
  deep: { k: 1 },
  data: { n: [1] },
  nested: { z: 1 },
  no: null,
}
const FORM_TEXT =
  'a=x%20y&list=1&list=2&tags=p%7Cq&deep%5Bk%5D=1&data=%7B%22n%22%3A%5B1%5D%7D&nested=%7B%22z%22%3A1%7D'

t.test('a parameter that is a form is one value; as the whole query it is the query', async t => {
  const one = plan({ query: [parameter('f', { style: 'form', form: FORM })] })
  t.equal(buildRequest(one, { f: VALUE }).path, `/base/things?f=${encodeURIComponent(FORM_TEXT)}`)
  t.equal(buildRequest(one, { f: {} }).path, '/base/things')
  const whole = plan({ query: [parameter('f', { style: 'form', form: FORM, isWholeQuery: true })] })
  t.equal(buildRequest(whole, { f: VALUE }).path, `/base/things?${FORM_TEXT}`)
  t.equal(buildRequest(whole, {}).path, '/base/things')
  const header = plan({ headers: [parameter('X-F', { form: FORM })] })
  t.equal(buildRequest(header, { 'X-F': { a: 1, b: 'x y' } }).headers['x-f'], 'a=1&b=x%20y')
})

t.test('the whole query as JSON or as a text is wholly encoded (OpenAPI 3.2 Appendix)', async t => {
  const json = plan({
    query: [parameter('q', { style: 'form', explode: true, json: true, isWholeQuery: true })],
  })
  t.equal(
    buildRequest(json, { q: { numbers: [1, 2], flag: null } }).path,
    '/base/things?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D',
  )
  const text = plan({ query: [parameter('q', { style: 'form', explode: true, isWholeQuery: true })] })
  t.equal(buildRequest(text, { q: '$.a.b[1:1]' }).path, '/base/things?%24.a.b%5B1%3A1%5D')
  t.equal(buildRequest(text, { q: 'a=1&b=2#c' }).path, '/base/things?a%3D1%26b%3D2%23c')
})

t.test('no member of a form that is the query passes for another parameter or asks for a method', async t => {
  const of = plan({
    path: ['/', parameter('org')],
    query: [parameter('f', { style: 'form', form: [], isWholeQuery: true })],
    cookies: [parameter('theme', { style: 'form' })],
  })
  for (const key of ['org', 'ORG', 'org[]', 'org[a]', '%6frg', 'theme', '_method', '_method[]', '']) {
    t.match(problems(of, { org: 'mine', f: { [key]: 'x' } }), [{ expected: /another parameter/ }], key)
  }
})

t.test('cookies: one header, of all parameters', async t => {
  const cookie = (options: Partial<ParameterPlan>) => plan({ cookies: [parameter('c', options)] })
  const sent = (options: Partial<ParameterPlan>, c: unknown) =>
    buildRequest(cookie(options), { c }).headers.cookie
  const form = { style: 'form', explode: true } as const
  t.equal(sent(form, 'a b;c="d",\u00e9'), 'c=a%20b%3Bc%3D%22d%22%2C%C3%A9')
  t.equal(sent(form, ''), 'c=')
  t.equal(sent(form, ARRAY), 'c=blue; c=black; c=brown')
  t.equal(sent(form, OBJECT), 'R=100; G=200; B=150')
  t.equal(sent({ ...form, explode: false }, ['a', 'b,c']), 'c=a,b%2Cc')
  t.equal(sent({ ...form, explode: false }, OBJECT), 'c=R,100,G,200,B,150')
  t.equal(sent({ ...form, allowReserved: true }, 'a/b:c;d'), 'c=a%2Fb:c%3Bd')
  t.equal(sent({ ...form, json: true }, { a: [1] }), 'c=%7B%22a%22%3A%5B1%5D%7D')
  t.equal(sent({ style: 'cookie', explode: true }, 'a/b=%20:{}'), 'c=a/b=%20:{}')
  t.equal(sent({ style: 'cookie', explode: true }, ARRAY), 'c=blue; c=black; c=brown')
  t.equal(sent({ style: 'cookie', explode: true }, { R: '1' }), 'R=1')
  t.equal(sent(form, null), undefined)
  t.equal(sent(form, []), undefined)
  const two = plan({ cookies: [parameter('a', form), parameter('b', form)] })
  t.strictSame(buildRequest(two, { a: 1, b: true }).headers, {
    accept: 'application/json',
    cookie: 'a=1; b=true',
  })
})

t.test('no cookie ends early, and none becomes another one', async t => {
  const of = (style: 'form' | 'cookie') =>
    plan({
      cookies: [
        parameter('c', { style, explode: true }),
        parameter('lang', { style: 'form', explode: true }),
      ],
    })
  for (const value of [
    'a;session=x',
    'a; b',
    'a\r\nX: y',
    'a"b',
    'a,b',
    'a b',
    'a\\b',
    'é',
    '\0',
    '\ud800',
  ]) {
    t.match(problems(of('cookie'), { c: value }), [{ path: '/c' }], codePoints(value))
    t.match(problems(of('cookie'), { c: ['x', value] }), [{ path: '/c/1' }], codePoints(value))
  }
  for (const style of ['form', 'cookie'] as const) {
    for (const key of [
      'session',
      'PHPSESSID',
      'lang',
      'LANG',
      'lang[]',
      '$Version',
      '%24Version',
      '%0d%0a$Version',
      '\uff04Version',
      '__Host-a',
      '%5f_Host-a',
      'auth_token',
      '',
    ]) {
      t.match(problems(of(style), { c: { [key]: 'x' } }), [{ expected: /cookie’s name/ }], key)
    }
  }
  t.match(problems(of('cookie'), { c: { 'a;b': 'x' } }), [{ path: '/c/a;b' }])
  t.match(problems(of('form'), { c: 'x'.repeat(9_000) }), [{ expected: /8192/ }])
})

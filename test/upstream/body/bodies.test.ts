/** Forms and multipart bodies, read by parsers that are not ours. */
import fc from 'fast-check'
import t from 'tap'
import type {
  BodyPlan,
  JsonObject,
  ParameterPlan,
  PartPlan,
  RequestPlan,
} from '../../../src/catalogue/tool.ts'
import { PosternError } from '../../../src/errors.ts'
import { buildRequest, type UpstreamRequest } from '../../../src/upstream/build-request.ts'
import { anyCharacter } from '../../any-character.ts'
import { parameter, plan } from '../fixtures/plan.ts'

const build = (body: BodyPlan, args: JsonObject, rest: Partial<RequestPlan> = {}) =>
  buildRequest(plan({ method: 'POST', body, ...rest }), args)

const field = (name: string, options: Partial<ParameterPlan> = {}) =>
  parameter(name, { style: 'form', explode: true, ...options })

function part(name: string, options: Partial<PartPlan> = {}): PartPlan {
  return {
    argument: name,
    name,
    mediaType: undefined,
    encoding: 'text',
    file: false,
    repeated: false,
    field: undefined,
    ...options,
  }
}

const form = (fields: ParameterPlan[], options: object = {}): BodyPlan => ({
  kind: 'form',
  mediaType: 'application/x-www-form-urlencoded',
  fields,
  whole: undefined,
  others: undefined,
  required: false,
  ...options,
})

const multipart = (parts: PartPlan[], options: object = {}): BodyPlan => ({
  kind: 'multipart',
  mediaType: 'multipart/form-data',
  parts,
  whole: undefined,
  others: undefined,
  required: false,
  ...options,
})

const pairs = ({ body }: UpstreamRequest) => [...new URLSearchParams(String(body))]

async function formData({ body, headers }: UpstreamRequest): Promise<FormData> {
  return new Response(new Uint8Array(Buffer.from(body ?? '')), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData()
}

const PROBLEM = { code: 'invalid_arguments' }
const BOUND = new Set(['org_id'])

t.test('a form: plain fields, lists, nested objects', async t => {
  const request = build(
    form([
      field('name'),
      field('expand'),
      field('tags', { explode: false }),
      field('metadata', { style: 'deepObject' }),
      field('items', { style: 'deepObject' }),
    ]),
    {
      name: 'A & B=ü',
      expand: ['x', 'y'],
      tags: ['a', 'b'],
      metadata: { 'order id': 7, deep: { er: true } },
      items: [{ price: 'p_1', quantity: 2 }, { price: 'p_2' }],
    },
  )
  t.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
  t.same(pairs(request), [
    ['name', 'A & B=ü'],
    ['expand', 'x'],
    ['expand', 'y'],
    ['tags', 'a,b'],
    ['metadata[order id]', '7'],
    ['metadata[deep][er]', 'true'],
    ['items[0][price]', 'p_1'],
    ['items[0][quantity]', '2'],
    ['items[1][price]', 'p_2'],
  ])
})

t.test('nothing given sends nothing, or an empty body where one is required', async t => {
  t.equal(build(form([field('a')]), {}).body, undefined)
  const empty = build(form([field('a')], { required: true }), {})
  t.equal(empty.body, '')
  t.equal(empty.headers['content-type'], 'application/x-www-form-urlencoded')
  t.equal(build(multipart([part('a')]), {}).body, undefined)
  t.same([...(await formData(build(multipart([part('a')], { required: true }), { a: '' })))], [['a', '']])
})

t.test('a form in one argument: known members by their plan, others by the general one', async t => {
  const body = form([field('filter', { style: 'deepObject' })], { whole: 'body', others: field('') })
  t.same(pairs(build(body, { body: { filter: { a: 1 }, more: ['x', 'y'] } })), [
    ['filter[a]', '1'],
    ['more', 'x'],
    ['more', 'y'],
  ])
  const path = ['/things/', parameter('org_id')]
  for (const key of ['_method', 'org_id', 'org-id[]', '%5Fmethod', '']) {
    t.throws(() => build(body, { body: { [key]: 'x' }, org_id: '1' }, { path }), PROBLEM, key)
  }
  t.throws(() => build(form([field('a')], { whole: 'body' }), { body: { b: 1 } }), PROBLEM, 'a closed form')
})

t.test('a multipart body: fields, files, JSON parts, lists', async t => {
  const request = build(
    multipart([
      part('purpose'),
      part('file', { file: true, encoding: 'anyFile', mediaType: 'image/*' }),
      part('meta', { encoding: 'json', mediaType: 'application/json' }),
      part('files[]', { file: true, encoding: 'textFile', repeated: true, mediaType: 'text/csv' }),
      part('filter', { field: field('filter', { style: 'deepObject' }) }),
    ]),
    {
      purpose: 'vision',
      file: 'data:image/png;name=p%22i%0D%0Ac.png;base64,iVBORw==',
      meta: { a: [1] },
      'files[]': ['a,b', 'data:text/csv,c%2Cd'],
      filter: { a: 'x y' },
    },
  )
  t.match(request.headers['content-type'], /^multipart\/form-data; boundary=postern-\w+$/)
  const data = await formData(request)
  t.same([...data.keys()], ['purpose', 'file', 'meta', 'files[]', 'files[]', 'filter[a]'])
  t.equal(data.get('purpose'), 'vision')
  t.equal(data.get('filter[a]'), 'x y')
  const file = data.get('file')
  t.ok(file instanceof File)
  if (file instanceof File) {
    t.equal(file.type, 'image/png')
    t.equal(file.name, 'p"ic.png', 'without its line break')
    t.same(Buffer.from(await file.arrayBuffer()), Buffer.from('iVBORw==', 'base64'))
  }
  const texts = data.getAll('files[]').map(each => (each instanceof File ? each.text() : each))
  t.same(await Promise.all(texts), ['a,b', 'c,d'])
  t.match(String(request.body), /filename="files\.csv"/)
})

t.test('a data URI’s type counts only where the document allows it', async t => {
  const png = (mediaType: string | undefined) =>
    String(
      build(multipart([part('f', { file: true, encoding: 'binary', mediaType })]), {
        f: 'data:image/png;base64,AA==',
      }).body,
    )
  t.match(png('image/*'), 'Content-Type: image/png\r\n')
  t.match(png('image/jpeg, image/png'), 'Content-Type: image/png\r\n')
  t.match(png('image/jpeg'), 'Content-Type: image/jpeg\r\n')
  t.match(png(undefined), 'Content-Type: image/png\r\n')
  t.match(png('text/plain\r\nX-Evil: 1'), 'Content-Type: application/octet-stream\r\n')
})

t.test('whole bodies of text and bytes', async t => {
  const whole = (encoding: 'text' | 'binary' | 'anyFile' | 'jsonLines', mediaType: string): BodyPlan => ({
    kind: 'argument',
    mediaType,
    encoding,
    argument: 'body',
  })
  const xml = build(whole('text', 'application/xml'), { body: '<a>ü</a>' })
  t.same([String(xml.body), xml.headers['content-type']], ['<a>ü</a>', 'application/xml'])
  const bytes = build(whole('binary', 'application/octet-stream'), { body: '/w==' })
  t.same(bytes.body, Buffer.from([0xff]))
  const image = build(whole('binary', 'image/*'), { body: 'data:image/gif;base64,/w==' })
  t.equal(image.headers['content-type'], 'image/gif')
  t.equal(
    String(build(whole('jsonLines', 'application/x-ndjson'), { body: [{ a: 1 }, 2] }).body),
    '{"a":1}\n2\n',
  )
  t.throws(() => build(whole('binary', 'image/png'), { body: 'no base64!' }), {
    code: 'invalid_arguments',
    data: { problems: [{ path: '/body', expected: /base64/ }] },
  })
})

t.test('parts by place', async t => {
  const body: BodyPlan = {
    kind: 'sequence',
    mediaType: 'multipart/related',
    argument: 'body',
    prefix: [part('', { encoding: 'json', mediaType: 'application/json' })],
    rest: part('', { encoding: 'binary', mediaType: 'image/png' }),
  }
  const request = build(body, { body: [{ a: 1 }, 'AA==', 'AQ=='] })
  const boundary = /boundary=([\w-]+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? '?'
  const types = String(request.body)
    .split(`--${boundary}`)
    .map(each => /Content-Type: (\S+)/.exec(each)?.[1])
  t.same(types, [undefined, 'application/json', 'image/png', 'image/png', undefined])
  const closed: BodyPlan = { ...body, rest: undefined }
  t.throws(() => build(closed, { body: [1, 2] }), PROBLEM)
})

t.test('no body asks for another method or says what is bound, whatever type a caller gives it', async t => {
  const path = ['/orgs/', parameter('org_id')]
  const send = (encoding: 'anyFile' | 'text', mediaType: string, body: string, method = 'POST') =>
    buildRequest(
      plan({ method, path, body: { kind: 'argument', mediaType, encoding, argument: 'body' } }),
      { org_id: 'mine', body },
      BOUND,
    )
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'x/x-urlencoded']) {
    const { headers } = send('anyFile', '*/*', `data:${type},_method=DELETE`)
    t.equal(headers['content-type'], 'application/octet-stream', `${type} is not for callers to choose`)
  }
  t.equal(send('anyFile', '*/*', 'data:application/json,{}').headers['content-type'], 'application/json')
  t.throws(() => send('anyFile', '*/*', 'data:application/json,{"_method":"DELETE"}'), PROBLEM)
  t.throws(() => send('anyFile', '*/*', 'data:application/json,{"org_id":"theirs"}', 'PUT'), PROBLEM)
  t.throws(() => send('text', 'application/x-www-form-urlencoded', 'a=1&_method=DELETE'), PROBLEM)
  t.throws(() => send('text', 'application/x-www-form-urlencoded', 'a=1&org%5Fid=theirs', 'PUT'), PROBLEM)
  t.equal(String(send('text', 'text/plain', '_method=DELETE').body), '_method=DELETE', 'a text is a text')
})

t.test('a member that asks for another method is not sent, described or not', async t => {
  const json: BodyPlan = {
    kind: 'properties',
    mediaType: 'application/json',
    properties: new Map([['_method', 'm']]),
    required: true,
  }
  const bodies: BodyPlan[] = [
    json,
    form([field('_method', { argument: 'm' })]),
    multipart([part('_method', { argument: 'm' })]),
  ]
  for (const body of bodies) {
    t.throws(() => build(body, { m: 'DELETE' }), PROBLEM, body.kind)
    t.doesNotThrow(() => build(body, { m: 'DELETE' }, { method: 'PUT' }), body.kind)
    t.doesNotThrow(() => buildRequest(plan({ method: 'POST', body }), { m: 'PUT' }, new Set(['m'])), 'bound')
  }
  for (const body of [
    form([field('_method')], { whole: 'body' }),
    multipart([part('_method')], { whole: 'body' }),
  ]) {
    t.throws(() => build(body, { body: { _method: 'DELETE' } }), PROBLEM, body.kind)
  }
})

t.test('very many free names take linear time', async t => {
  const fields = Array.from({ length: 300 }, (_, index) => field(`known_${index}`))
  const body = form(fields, { whole: 'body', others: field('') })
  const free = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'x']))
  const start = performance.now()
  t.equal(pairs(build(body, { body: free })).length, 20_000)
  t.ok(performance.now() - start < 2_000, 'not the product of names and fields')
})

t.test('multipart/related says what its first part is', async t => {
  const body: BodyPlan = {
    kind: 'sequence',
    mediaType: 'multipart/related',
    argument: 'body',
    prefix: [part('', { encoding: 'json', mediaType: 'application/json' })],
    rest: undefined,
  }
  t.match(
    build(body, { body: [{}] }).headers['content-type'],
    /^multipart\/related; boundary=postern-\w+; type="application\/json"$/,
  )
})

const values = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom(
    '\r\n--x',
    '"\r\nContent-Type: a',
    'data:text/html;name="a\r\nb",x',
    '--postern-',
    '\0',
    '\ud800',
  ),
  fc.integer(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 3 }),
)

t.test('whatever the arguments, a form has only the names of its fields', async t => {
  const body = form([field('a', { explode: false }), field('b', { style: 'deepObject' }), field('_c')])
  let sent = 0
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const request = attempt(() => build(body, { a, b, _c: typeof c === 'object' ? 'x' : c }))
      if (request === undefined) return
      sent++
      for (const [name] of pairs(request)) {
        if (!['a', 'b', '_c'].includes(name.split('[', 1)[0] ?? '')) throw new Error(`a field ${name}`)
      }
    }),
    { numRuns: 2_000 },
  )
  t.ok(sent > 200, `${sent} were sent`)
})

t.test('whatever the arguments, a multipart body has only its parts, with the bytes given', async t => {
  const body = multipart([
    part('a'),
    part('f', { file: true, encoding: 'textFile', mediaType: 'text/plain' }),
  ])
  let sent = 0
  await fc.assert(
    fc.asyncProperty(values, fc.string({ unit: anyCharacter, maxLength: 60 }), async (a, f) => {
      const request = attempt(() => build(body, { a, f }))
      if (request === undefined) return
      sent++
      const data = await formData(request)
      if ([...data.keys()].join() !== 'a,f') throw new Error([...data.keys()].join())
      const file = data.get('f')
      if (!(file instanceof File)) throw new Error('no file')
      if (!f.startsWith('data:') && (await file.text()) !== new TextDecoder().decode(Buffer.from(f))) {
        throw new Error('other bytes')
      }
    }),
    { numRuns: 1_000 },
  )
  t.ok(sent > 200, `${sent} were sent`)
})

/** Undefined where the arguments were refused. */
function attempt(work: () => UpstreamRequest): UpstreamRequest | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof PosternError && error.code === 'invalid_arguments') return undefined
    throw error
  }
}

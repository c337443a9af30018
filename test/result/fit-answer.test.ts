/** What a tool's plan does to answers, from a document to a result. */
import t from 'tap'
import type { JsonObject, Tool } from '../../src/catalogue/tool.ts'
import { shapeResponse } from '../../src/result/shape-response.ts'
import { type CompileOptions, compileOperation, onlyTool } from '../catalogue/compile-document.ts'

const ITEM = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } }
const LIST = {
  type: 'object',
  required: ['data'],
  properties: { data: { type: 'array', items: ITEM }, has_more: { type: 'boolean' } },
}

interface Making extends CompileOptions {
  readonly schema?: JsonObject
  readonly parameters?: readonly JsonObject[]
  readonly headers?: JsonObject
}

function makeTool({ schema = LIST, parameters = [], headers, ...options }: Making = {}): Tool {
  const content = { 'application/json': { schema } }
  const operation = { parameters, responses: { 200: { description: '', headers, content } } }
  return onlyTool(compileOperation(operation, { method: 'get', path: '/things', ...options }))
}

const query = (name: string, type: string, more = {}) => ({ name, in: 'query', schema: { type, ...more } })

function answer(tool: Tool, body: unknown, args: JsonObject = {}, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = {
    status: text === '' ? 204 : 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(text),
    path: '/things?page=1',
  }
  const result = shapeResponse(response, tool, 'gateway', [], args)
  const texts = result.content.map(block => (block.type === 'text' ? block.text : block.type))
  const meta = result.meta === undefined ? undefined : JSON.parse(`{${result.meta}}`)['postern/next']
  return { ...result, texts, next: meta?.arguments, meta }
}

const items = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `thing ${id}` }))
const tools = (more: object) => ({ api: { tools: { outputSchema: 'off' as const, ...more } } })
const rule = (more: object) => tools({ rules: [{ match: { path: '/things' }, ...more }] })

t.test('nothing to do: the very text', async t => {
  const body = '{"data": [], "big": 12345678901234567890, "__proto__": 1}'
  t.strictSame(answer(makeTool(), body).content, [{ type: 'text', text: body }])
  t.equal(answer(makeTool(), body).structured, body)
})

t.test('too long: cut, valid, and says how to get the rest', async t => {
  const tool = makeTool({
    ...tools({ resultLimit: 1_000 }),
    parameters: [query('limit', 'integer'), query('q', 'string')],
  })
  const { texts, structured, isError } = answer(tool, { data: items(340), has_more: false })
  const cut = JSON.parse(structured ?? '')
  t.equal(texts[0], structured)
  t.equal(isError, false)
  t.same(cut, { data: items(cut.data.length), has_more: false })
  t.equal(
    texts[1],
    `Shortened to 1,000 characters: data: ${cut.data.length} of 340 items. For less at a time, use \`q\`.`,
  )
})

t.test('a page that was cut goes on where it was cut', async t => {
  const limit = tools({ resultLimit: 1_000 })
  const body = { data: items(100), has_more: true, total: 500 }
  const size = query('limit', 'integer')
  const offset = answer(makeTool({ ...limit, parameters: [query('offset', 'integer'), size] }), body, {
    offset: 40,
  })
  const kept = JSON.parse(offset.structured ?? '').data.length
  t.same(offset.next, { offset: 40 + kept })
  const cursor = answer(makeTool({ ...limit, parameters: [query('starting_after', 'string'), size] }), body)
  t.same(cursor.next, { starting_after: kept - 1 })
  const page = makeTool({ ...limit, parameters: [query('page', 'integer'), size] })
  t.same(answer(page, body, { limit: 100 }).next, { limit: kept })
  t.equal(
    answer(page, body, { page: 3, limit: 100 }).next,
    undefined,
    'pages of another size start elsewhere',
  )
})

t.test('texts are cut at a character, records at a line', async t => {
  const tool = makeTool(tools({ resultLimit: 50 }))
  const text = answer(tool, '😀'.repeat(100), {}, { 'content-type': 'text/plain' })
  t.equal(text.texts[0], `${'😀'.repeat(25)}…`)
  t.match(text.texts[1], /50 of 200 characters/)
  const odd = answer(
    makeTool(tools({ resultLimit: 51 })),
    '😀'.repeat(100),
    {},
    { 'content-type': 'text/plain' },
  )
  t.equal(odd.texts[0], `${'😀'.repeat(25)}…`)
  const csv = answer(tool, 'id,name\n'.repeat(20), {}, { 'content-type': 'text/csv' })
  t.equal(csv.texts[0], 'id,name\n'.repeat(6).trimEnd())
  t.match(csv.texts[1], /6 of 20 lines/)
  const lines = answer(tool, '{"a": 1}\n'.repeat(20), {}, { 'content-type': 'application/x-ndjson' })
  t.match(lines.texts[1], /of 20 lines/)
})

t.test(
  'event streams and sequences are lines of JSON; a single value is an answer like any other',
  async t => {
    const tool = makeTool(tools({}))
    const stream = answer(
      tool,
      'data: {"a":1}\n\ndata: {"a":2}\n\n',
      {},
      { 'content-type': 'text/event-stream' },
    )
    t.same([stream.texts, stream.structured], [['{"a":1}\n{"a":2}'], undefined])
    const single = answer(tool, '\u001e{\n"a":1}\n', {}, { 'content-type': 'application/geo+json-seq' })
    t.same([single.texts, single.structured], [['{"a":1}'], '{"a":1}'])
  },
)

t.test('files are whole or not there', async t => {
  const pdf = {
    'content-type': 'application/pdf',
    'content-disposition': "attachment; filename*=UTF-8''a%20b.pdf",
  }
  t.equal(
    answer(makeTool(tools({ resultLimit: 10 })), 'x'.repeat(5_000), {}, pdf).content[0]?.type,
    'resource',
  )
  t.match(answer(makeTool(rule({ resultLimit: 200 })), 'x'.repeat(5_000), {}, pdf).texts, [
    /^The answer is a file \(a b\.pdf, application\/pdf, 5,000 bytes\).*at most 200 bytes/,
  ])
})

t.test('members that a rule lets through, and those that the caller wants of them', async t => {
  const body = { data: [{ id: 1, name: 'a', secret: 's' }], has_more: false, secret: 's' }
  const fixed = makeTool(rule({ fields: ['data.*.id', 'data.*.name'] }))
  t.equal(answer(fixed, body).structured, '{"data":[{"id":1,"name":"a"}]}')
  const both = makeTool({
    api: {
      tools: { fields: true, rules: [{ match: { path: '/things' }, fields: ['data.id', 'data.name'] }] },
    },
  })
  t.equal(answer(both, body, { fields: ['data.id', 'secret'] }).structured, '{"data":[{"id":1}]}')
  t.equal(answer(both, body, { fields: ['secret'] }).structured, '{}')
  t.equal(answer(both, body, { fields: [] }).structured, '{"data":[{"id":1,"name":"a"}]}')
})

t.test('what a rule keeps back stays back when it can’t be applied', async t => {
  for (const more of [{ fields: ['data.id'] }, { result: 'data[].id' }]) {
    const html = answer(makeTool(rule(more)), '<p>secret</p>', {}, { 'content-type': 'text/html' })
    t.equal(html.isError, true)
    t.notMatch(html.texts.join(), /secret/)
    t.match(html.texts.join(), /may have taken effect/)
    t.equal(answer(makeTool(rule(more)), '').isError, false, 'nothing is nothing')
  }
  t.equal(answer(makeTool(rule({ fields: ['id'] })), '"secret"').texts[0], 'null')
})

t.test('JMESPath', async t => {
  const tool = makeTool(rule({ result: 'data[?id > `1`].{id: id, n: name, big: big}' }))
  const source = '{"data":[{"id":1},{"id":2,"name":"b","big":12345678901234567890}]}'
  t.equal(answer(tool, source).texts[0], '[{"id":2,"n":"b","big":12345678901234567890}]')
  t.equal(answer(makeTool(rule({ result: 'nothing' })), source).texts[0], 'null')
  const deep = `{"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  const failed = answer(makeTool(rule({ result: 'data' })), deep)
  t.equal(failed.isError, true)
  t.match(failed.texts[0], /expression .* failed/)
  const slow = answer(makeTool(rule({ result: 'data[*].[$.data[*].[$.data[*].[$.data[*].id]]]' })), {
    data: items(300),
  })
  t.equal(slow.isError, true, 'what takes too long fails')
})

t.test('the caller’s own choice of members', async t => {
  const tool = makeTool({ api: { tools: { fields: true, outputSchema: 'off' } } })
  t.match(tool.inputSchema, { properties: { fields: { type: 'array', items: { type: 'string' } } } })
  t.same(tool.validate({ fields: ['data.id'] }), [])
  t.not(tool.validate({ fields: 'data.id' }).length, 0)
  t.same(tool.plan.query, [], 'the backend never sees it')
  t.equal(
    answer(tool, { data: [{ id: 1, name: 'a' }] }, { fields: ['data.id'] }).texts[0],
    '{"data":[{"id":1}]}',
  )
  const text = answer(tool, 'a', { fields: ['data.id'] }, { 'content-type': 'text/plain' })
  t.same(text.texts, ['a', '`fields` was not applied: the answer is not JSON.'])
  t.notOk(answer(tool, '', { fields: ['data.id'] }).isError)
})

t.test('a strict schema refuses what does not match, a loose one counts it', async t => {
  const wrong = { data: [{ id: 'one' }], has_more: 'yes' }
  const strict = makeTool({ api: { tools: { outputSchema: 'strict' } } })
  t.equal(answer(strict, { data: [] }).isError, false)
  const refused = answer(strict, wrong)
  t.equal(refused.isError, true)
  t.equal(refused.structured, undefined)
  t.match(refused.texts[0], /not what its document promises:\n- .*\/data\/0\/id/)
  t.match(refused.texts[0], /200.*may have taken effect/)
  t.equal(answer(strict, [1]).isError, true)
  t.equal(answer(strict, '').isError, true)
  const loose = makeTool()
  const counted = answer(loose, wrong)
  t.equal(counted.isError, false)
  t.ok(Number(counted.drift) > 0)
  t.equal(answer(loose, wrong).drift, undefined, 'only some answers are looked at')
  t.equal(answer(makeTool(), { data: [] }).drift, undefined)
})

t.test('a cut answer that a strict schema would refuse is not given', async t => {
  const schema = { type: 'object', properties: { data: { type: 'array', minItems: 100, items: ITEM } } }
  const api = { tools: { outputSchema: 'strict' as const, resultLimit: 1_000 } }
  const tool = makeTool({ schema, api, parameters: [query('q', 'string')] })
  const { isError, texts } = answer(tool, { data: items(200) })
  t.equal(isError, true)
  t.match(texts[0], /too long.*Ask for less with q\./)
})

t.test('a strict schema is about the answer before members are chosen', async t => {
  const tool = makeTool({ api: { tools: { outputSchema: 'strict', fields: true } } })
  t.equal(answer(tool, { data: [], has_more: 'yes' }, { fields: ['data'] }).isError, true)
  t.equal(
    answer(tool, { data: [], has_more: true }, { fields: ['has_more'] }).structured,
    '{"has_more":true}',
  )
})

t.test('a tool that promises structured content gives it, whatever came', async t => {
  const structured = (body: unknown, type?: string) => {
    const tool = makeTool()
    t.ok(tool.outputSchema)
    const result = answer(tool, body, {}, type === undefined ? {} : { 'content-type': type })
    return JSON.parse(result.structured ?? 'null')
  }
  t.match(structured(''), { result: /^Done/ })
  t.same(structured([1, 2]), { result: [1, 2] })
  t.same(structured('a,b', 'text/csv'), { result: 'a,b' })
  t.same(structured('x', 'application/pdf'), {})
  t.same(structured({ data: items(10_000) }).data[0], items(1)[0])
})

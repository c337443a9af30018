/** Each way in which APIs page, from parameters and answers as they have them. */
import t from 'tap'
import type { JsonObject, Tool } from '../../src/catalogue/tool.ts'
import { shapeResponse } from '../../src/result/shape-response.ts'
import { type CompileOptions, compileOperation, onlyTool } from '../catalogue/compile-document.ts'

interface Api extends CompileOptions {
  /** Query parameters with their types, `page:integer=1` with its default. */
  readonly parameters: string
  /** The documented answer; any object unless said otherwise. */
  readonly schema?: JsonObject
  readonly describesLink?: boolean
  readonly path?: string
}

function makeTool({
  parameters,
  schema = {},
  describesLink = false,
  path = '/v1/things',
  ...options
}: Api): Tool {
  const operation = {
    parameters: parameters.split(' ').map(parameter => {
      const [, name = '', type = 'string', fallback] =
        /^([^:=]+)(?::(\w+))?(?:=(\d+))?$/.exec(parameter) ?? []
      const given = fallback === undefined ? {} : { default: Number(fallback) }
      return {
        name,
        in: 'query',
        schema: { type, ...given },
        ...(name === 'secret' && { 'x-sensitive': true }),
      }
    }),
    responses: {
      200: {
        description: '',
        ...(describesLink && { headers: { Link: { schema: { type: 'string' } } } }),
        content: { 'application/json': { schema } },
      },
    },
  }
  return onlyTool(compileOperation(operation, { method: 'get', path, ...options }))
}

interface Answered {
  readonly body?: unknown
  readonly args?: JsonObject
  readonly link?: string
  readonly path?: string
}

function next(api: Api, { body = {}, args = {}, link, path = '/v1/things?x=1' }: Answered) {
  const tool = makeTool(api)
  const response = {
    status: 200,
    headers: { 'content-type': 'application/json', link },
    body: Buffer.from(JSON.stringify(body)),
    path,
  }
  const { content, meta } = shapeResponse(response, tool, 'gateway', [], args)
  if (meta === undefined) {
    t.equal(content.length, 1, 'no word about a next page either')
    return undefined
  }
  const line = content.at(-1)
  const told = JSON.parse(`{${meta}}`)['postern/next']
  const open = Object.fromEntries(Object.entries(args).filter(([name]) => !tool.bind.has(name)))
  t.same(tool.validate({ ...open, ...told.arguments }), [], 'the next call is a valid one')
  return { ...told, line: line?.type === 'text' ? line.text : '' }
}

const items = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `id_${from + index}` }))

t.test('cursors that the answer names', async t => {
  const cases: [string, unknown, JsonObject][] = [
    ['cursor limit:integer', { items: [], next_cursor: 'abc' }, { cursor: 'abc' }],
    ['page_token', { nextPageToken: 'abc' }, { page_token: 'abc' }],
    ['cursor', { response_metadata: { next_cursor: 'dXNl' } }, { cursor: 'dXNl' }],
    ['continue limit:integer', { metadata: { continue: 'eyJ' }, items: [] }, { continue: 'eyJ' }],
    ['offset', { data: [], next_page: { offset: 'eyJ0', uri: 'x' } }, { offset: 'eyJ0' }],
    ['marker', { entries: [], next_marker: '/w==' }, { marker: '/w==' }],
    ['after', { paging: { next: { after: '33' } } }, { after: '33' }],
    ['NextToken', { NextToken: 't' }, { NextToken: 't' }],
    ['page', { has_more: true, next_page: 'p_2' }, { page: 'p_2' }],
  ]
  for (const [parameters, body, expected] of cases) {
    const schema = { type: 'object', properties: { next_page: { type: 'string' } } }
    const api = parameters === 'page' ? { parameters, schema } : { parameters }
    t.same(next(api, { body })?.arguments, expected, parameters)
  }
})

t.test('no cursor, no next page', async t => {
  for (const value of [null, '', undefined, false, {}, [], true, 'x'.repeat(5_000)]) {
    t.equal(next({ parameters: 'cursor' }, { body: { data: items(3), next_cursor: value } }), undefined)
  }
  t.equal(
    next({ parameters: 'cursor' }, { body: { next_cursor: 'same' }, args: { cursor: 'same' } }),
    undefined,
  )
  t.equal(next({ parameters: 'q' }, { body: { next_cursor: 'abc' } }), undefined, 'nothing to give it to')
})

t.test('the last item’s id', async t => {
  const schema = { type: 'object', properties: { has_more: { type: 'boolean' }, data: { type: 'array' } } }
  const stripe = { parameters: 'starting_after ending_before limit:integer', schema }
  t.same(next(stripe, { body: { has_more: true, data: items(3) }, args: { limit: 3 } })?.arguments, {
    limit: 3,
    starting_after: 'id_2',
  })
  t.equal(next(stripe, { body: { has_more: false, data: items(3) } }), undefined)
  t.equal(next(stripe, { body: { has_more: true, data: [] } }), undefined)
  const back = { body: { has_more: true, data: items(3) }, args: { ending_before: 'id_9' } }
  t.equal(next(stripe, back), undefined, 'what comes before is no next page')
  const openai = { parameters: 'after limit:integer', schema }
  t.same(next(openai, { body: { has_more: true, data: items(2), last_id: 'id_1' } })?.arguments, {
    after: 'id_1',
  })
})

t.test('numbers of pages', async t => {
  const api = { parameters: 'page:integer=1 per_page:integer=30' }
  const at = (body: unknown, args: JsonObject = {}) => next(api, { body, args })
  t.match(at(items(30)), {
    arguments: { page: 2 },
    certain: false,
    line: /^There may be more: .*\{"page":2\}/,
  })
  t.equal(at(items(29)), undefined)
  t.equal(at([]), undefined)
  t.match(at({ data: items(5), has_more: true }, { page: 7 }), { arguments: { page: 8 } })
  t.match(at({ data: items(30), total: 61 }, { page: 2 }), { arguments: { page: 3 } })
  t.equal(at({ data: items(1), total: 61 }, { page: 3 }), undefined)
  t.equal(at({ data: items(30), total: 60 }, { page: 2 }), undefined)
  t.match(at({ data: items(30), meta: { total_pages: 3 } }, { page: 2 }), { arguments: { page: 3 } })
  t.equal(at({ data: items(30), meta: { total_pages: 3 } }, { page: 3 }), undefined)
  t.match(
    at({ content: items(30), number: 0, totalPages: 2 }),
    { arguments: { page: 1 } },
    'counted from nought',
  )
  t.match(at({ data: items(9), has_more: true, page: 1e308 }), { arguments: { page: 2 } })
  const texts = { parameters: 'page count' }
  t.match(next(texts, { body: { files: items(2), paging: { page: 1, pages: 2 } } }), {
    arguments: { page: '2' },
  })
})

t.test('offsets', async t => {
  const api = { parameters: 'offset:integer limit:integer=10' }
  t.match(next(api, { body: { entries: items(10), total_count: 25 } }), { arguments: { offset: 10 } })
  t.match(next(api, { body: { entries: items(10), total_count: 25 }, args: { offset: 10 } }), {
    arguments: { offset: 20 },
  })
  t.equal(next(api, { body: { entries: items(5), total_count: 25 }, args: { offset: 20 } }), undefined)
  t.match(next(api, { body: items(10) }), { certain: false })
})

const GITHUB = {
  parameters: 'page:integer=1 per_page:integer=30 sort',
  describesLink: true,
  path: '/repos/{owner}/{repo}/issues',
}

t.test('a Link header, also with the backend’s own name for the place', async t => {
  const link = (target: string) => `<${target}>; rel="next"`
  const at = (target: string, args: JsonObject = {}) =>
    next(GITHUB, {
      body: items(30),
      args: { owner: 'a', repo: 'b', ...args },
      link: link(target),
      path: '/repos/a/b/issues?per_page=30',
    })
  const rest = { owner: 'a', repo: 'b' }
  t.same(at('https://api.example.com/repos/a/b/issues?per_page=30&page=2')?.arguments, {
    ...rest,
    page: 2,
    per_page: 30,
  })
  t.same(at('/repositories/7/issues?page=3', { page: 2 })?.arguments, { ...rest, page: 3 })
  t.same(at('?page=2')?.arguments, { ...rest, page: 2 })
  t.same(
    at('?page=2&sort=other&owner=evil')?.arguments,
    { ...rest, page: 2 },
    'nothing else of the URL is used',
  )
  t.same(
    at('https://public.example/v3/repos/a/b/issues?page=2&owner=evil')?.arguments,
    { ...rest, page: 2 },
    'an API behind another address writes its public one',
  )
  for (const elsewhere of [
    'https://evil.example/?page=2',
    'https://api.example.com/repos/a/b/pulls?page=2',
    'ftp://api.example.com/repos/a/b/issues?page=2',
    'javascript:alert(1)',
    'http://[',
    '?page=2&page=3',
    '?page=two',
    '?page=1e9',
  ]) {
    t.equal(at(elsewhere), undefined, elsewhere)
  }
})

t.test('where a Link header is promised, its absence is the end', async t => {
  t.equal(next(GITHUB, { body: items(30), args: { owner: 'a', repo: 'b' } }), undefined)
})

t.test('URLs in the answer', async t => {
  const twilio = { parameters: 'PageSize:integer Page:integer PageToken', path: '/2010/Calls.json' }
  const body = { calls: [], next_page_uri: '/2010/Calls.json?PageSize=50&Page=1&PageToken=PA1' }
  t.same(next(twilio, { body, path: '/2010/Calls.json' })?.arguments, {
    PageSize: 50,
    Page: 1,
    PageToken: 'PA1',
  })
  const url = 'https://api.example.com/v1/things?page%5Bcursor%5D=c'
  const jsonApi = { parameters: 'page[cursor]' }
  t.same(next(jsonApi, { body: { data: [], links: { next: url } } })?.arguments, { page_cursor: 'c' })
  t.same(next(jsonApi, { body: { data: [], _links: { next: { href: url } } } })?.arguments, {
    page_cursor: 'c',
  })
  const odata = { parameters: '$skip:integer $top:integer' }
  t.same(next(odata, { body: { value: [], '@odata.nextLink': `${url}&$skip=20` } })?.arguments, { skip: 20 })
  const evil = { data: [], links: { next: 'https://evil.example/v1/others?page%5Bcursor%5D=c' } }
  const told = next(jsonApi, { body: evil })
  t.equal(told, undefined, 'no URL to another place, not even as a cursor')
})

t.test('the next call has the caller’s arguments, but no secret ones and none that are bound', async t => {
  const api: Api = {
    parameters: 'cursor q secret org',
    api: { tools: { rules: [{ match: { path: '/v1/things' }, bind: { org: 'principal.organization' } }] } },
  }
  const args = { q: 'open', secret: 'hunter2', org: 'org-1' }
  const told = next(api, { body: { next_cursor: 'abc' }, args })
  t.same(told.arguments, { q: 'open', cursor: 'abc' })
  t.same(told.omitted, ['secret'])
  t.equal(told.line, 'More: call again with the same arguments and {"cursor":"abc"}.')
  t.notMatch(JSON.stringify(told), /hunter2|org-1/)
  const long = next(
    { parameters: 'cursor q' },
    { body: { next_cursor: 'abc' }, args: { q: 'x'.repeat(5_000) } },
  )
  t.same([long.arguments, long.omitted], [{ cursor: 'abc' }, ['q']])
})

t.test('`pagination: off`, and calls that are not read again', async t => {
  const off: Api = { parameters: 'cursor', api: { tools: { pagination: 'off' } } }
  t.equal(next(off, { body: { next_cursor: 'abc' } }), undefined)
  const post = onlyTool(compileOperation({ parameters: [{ name: 'cursor', in: 'query' }], responses: {} }))
  t.equal(post.answer?.pagination, undefined)
})

t.test('hostile answers name no page and break nothing', async t => {
  const bodies: unknown[] = [
    { __proto__: null, next_cursor: { toString: 'x' } },
    JSON.parse('{"__proto__":{"next_cursor":"x"},"data":[]}'),
    { next_cursor: [['x']] },
    { data: 'x', has_more: true },
    { data: [null, 1, [], 'x'], has_more: true },
    null,
    'text',
    7,
  ]
  for (const body of bodies) {
    t.equal(next({ parameters: 'cursor starting_after' }, { body }), undefined, JSON.stringify(body))
  }
  const lone = next({ parameters: 'cursor' }, { body: { next_cursor: '\ud800"}' } })
  t.ok(lone.line.isWellFormed())
})

import t from 'tap'
import type { OfferedResource } from '../../../src/catalogue/resources/offer-resource.ts'
import type { JsonObject, Tool } from '../../../src/catalogue/tool.ts'
import { PosternError } from '../../../src/errors.ts'
import { compileDocument } from '../compile-document.ts'

const path = (name: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'path',
  required: true,
  schema,
})
const query = (name: string, schema: object = { type: 'string' }, required = false) => ({
  name,
  in: 'query',
  required,
  schema,
})

interface Wanted {
  readonly path?: string
  readonly method?: string
  readonly operation?: JsonObject
  /** Members of the rule besides `match` and `expose`. */
  readonly rule?: object
}

/** The tool of one operation that a rule exposes as a resource. */
function expose({ path = '/things', method = 'get', operation = {}, rule = {} }: Wanted): Tool {
  const document = { paths: { [path]: { [method]: { operationId: 'x', responses: {}, ...operation } } } }
  const rules = [{ match: { operation: 'x' }, expose: 'resource' as const, ...rule }]
  const [tool] = compileDocument(document, { api: { tools: { rules, uriScheme: 'acme' } } }).tools
  if (tool === undefined) throw new Error('no tool')
  return tool
}

function offered(wanted: Wanted): OfferedResource {
  const { offered: resource } = expose(wanted)
  if (resource === undefined) throw new Error('it is no resource')
  return resource
}

function problemOf(wanted: Wanted): {
  readonly path: string
  readonly message: string
  readonly fix: string
} {
  try {
    expose(wanted)
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    const [problem, ...more] = (error.data as { problems: ReturnType<typeof problemOf>[] }).problems
    if (problem === undefined || more.length > 0) throw error
    return problem
  }
  throw new Error('it is a resource')
}

t.test('the URI follows from the path, with a variable for all that callers may say', async t => {
  t.equal(offered({}).template.text, 'acme://billing/things')
  const one = offered({
    path: '/things/{thing-id}/parts',
    operation: {
      parameters: [
        path('thing-id'),
        query('status'),
        query('tags', { type: 'array', items: { type: 'string' } }),
      ],
    },
  })
  t.equal(one.template.text, 'acme://billing/things/{thing_id}/parts{?status,tags}')
  t.match(one.variables.get('thing_id'), { isList: false })
  t.match(one.variables.get('tags'), { argument: 'tags', isList: true })
})

t.test('what is bound has no place in it', async t => {
  const { template, variables } = offered({
    path: '/orgs/{org}/things/{id}',
    operation: { parameters: [path('org'), path('id')] },
    rule: { bind: { org: 'principal.organization' } },
  })
  t.equal(template.text, 'acme://billing/orgs/-/things/{id}')
  t.same([...variables.keys()], ['id'])
})

t.test('what no URI can hold is left out, or makes it none where it is needed', async t => {
  const parameters = (required: boolean) => [query('filter', { type: 'object' }, required), query('q')]
  t.equal(
    offered({ operation: { parameters: parameters(false) } }).template.text,
    'acme://billing/things{?q}',
  )
  t.match(problemOf({ operation: { parameters: parameters(true) } }), {
    path: 'apis[0].tools.rules[0].expose',
    message: /needs filter, which can’t be written in a URI/,
  })
})

t.test('a template of the configuration fits the operation', async t => {
  const operation = { parameters: [path('id'), query('page')] }
  const own = (uri: string) => ({ path: '/things/{id}', operation, rule: { uri } })
  t.equal(offered(own('acme://t/{id}')).template.text, 'acme://t/{id}', 'what is optional may be left out')
  t.equal(offered(own('acme://t/{id}{?page}')).template.text, 'acme://t/{id}{?page}')
  for (const [uri, message] of [
    ['acme://t/{other}', /takes no other/],
    ['acme://t/{page}', /needs id/],
    ['https://t/{id}', /clients may load https/],
    ['t/{id}', /absolute URI/],
  ] as const) {
    t.match(problemOf(own(uri)), { path: 'apis[0].tools.rules[0].uri', message, fix: /\w/ }, uri)
  }
})

t.test('only what reads, and nothing that a user is asked about', async t => {
  t.match(problemOf({ method: 'post' }).message, /only GET can be read/)
  t.match(problemOf({ rule: { hints: { readOnly: false } } }).message, /seems to have an effect/)
  t.match(problemOf({ rule: { confirm: true } }).message, /the user is asked/)
  const ask = [{ message: 'Which?', arguments: ['q'] }]
  t.match(problemOf({ operation: { parameters: [query('q')] }, rule: { ask } }).message, /the user is asked/)
  t.ok(offered({ rule: { confirm: false } }), 'where a later rule says that nobody is')
})

t.test('it is a tool, too, only where the rule says both', async t => {
  t.equal(expose({}).isCallable, false)
  t.equal(expose({ rule: { expose: ['tool', 'resource'] } }).isCallable, true)
  const tool = expose({ rule: { expose: 'tool' } })
  t.same([tool.isCallable, tool.offered], [true, undefined])
})

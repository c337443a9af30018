import t from 'tap'
import type { ConfigProblem } from '../../src/config/problem.ts'
import { PosternError } from '../../src/errors.ts'
import {
  type CompileOptions,
  compileDocument,
  compileOperation,
  jsonBody,
  onlyTool,
} from './compile-document.ts'

const paths = {
  '/invoices': {
    get: { operationId: 'listInvoices', tags: ['Invoices'], summary: 'List invoices' },
    post: {
      operationId: 'createInvoice',
      tags: ['Invoices'],
      requestBody: jsonBody({
        type: 'object',
        properties: { org_id: { type: 'string' }, total: { type: 'number' } },
      }),
    },
  },
  '/invoices/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    get: { operationId: 'getInvoice', tags: ['Invoices'] },
    delete: { operationId: 'deleteInvoice', tags: ['Invoices'], deprecated: true },
  },
  '/invoices/{id}/send': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    post: { operationId: 'sendInvoice', tags: ['Invoices'] },
  },
  '/contacts': { get: { operationId: 'listContacts', tags: ['Contacts'] } },
}

const compile = (tools: NonNullable<CompileOptions['api']>['tools'] = {}) =>
  compileDocument({ paths }, { api: { tools } })
const ids = (tools: NonNullable<CompileOptions['api']>['tools']) =>
  compile(tools).tools.map(tool => tool.operation.operationId)

function problemsOf(tools: NonNullable<CompileOptions['api']>['tools']): readonly ConfigProblem[] {
  try {
    compile(tools)
  } catch (error) {
    if (error instanceof PosternError && error.code === 'configuration_invalid') {
      return error.data?.problems as readonly ConfigProblem[]
    }
    throw error
  }
  return []
}

t.test('an operation becomes a tool with name, tier, resource, scope, hints and plan', async t => {
  const { tools, byName } = compile({ prefix: 'acme_' })
  t.strictSame(
    tools.map(tool => [tool.name, ...tool.scopes]),
    [
      ['acme_list_invoices', 'read:invoices'],
      ['acme_create_invoice', 'write:invoices'],
      ['acme_get_invoice', 'read:invoices'],
      ['acme_delete_invoice', 'manage:invoices'],
      ['acme_send_invoice', 'manage:invoices'],
      ['acme_list_contacts', 'read:contacts'],
    ],
  )
  const get = byName.get('acme_get_invoice')
  t.strictSame(JSON.parse(get?.definition ?? ''), {
    name: 'acme_get_invoice',
    description: 'GET /invoices/{id}',
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string' } },
      required: ['id'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  })
  t.match(get?.plan, {
    method: 'GET',
    baseUrl: 'https://api.example.com',
    path: ['/invoices/', { argument: 'id' }],
  })
  t.match(byName.get('acme_send_invoice')?.hints, { openWorld: true })
  t.match(byName.get('acme_delete_invoice')?.description, /^Deprecated\./)
  t.ok(Object.isFrozen(get))
})

t.test('include and exclude choose', async t => {
  t.strictSame(ids({ include: [{ tag: 'Cont*' }] }), ['listContacts'])
  t.strictSame(
    ids({ include: [{ path: '/invoices/**' }], exclude: [{ method: 'GET' }, { deprecated: true }] }),
    ['createInvoice', 'sendInvoice'],
  )
  t.strictSame(ids({ include: [{ path: '/invoices/*' }] }), ['getInvoice', 'deleteInvoice'])
  t.strictSame(ids({ include: [{ operation: 'list*', tag: 'Invoices' }] }), ['listInvoices'])
  const { report } = compile({ exclude: [{ operation: 'listContacts' }] })
  t.match(
    report.find(entry => entry.operationId === 'listContacts'),
    { outcome: 'excluded', tool: undefined },
  )
})

t.test('rules are read first to last, and later ones win', async t => {
  const { byName } = compile({
    rules: [
      {
        match: { tag: 'Invoices' },
        tier: 'manage',
        resource: 'billing',
        hints: { openWorld: true, idempotent: true },
      },
      {
        match: { operation: 'sendInvoice' },
        name: 'send_it',
        hints: { openWorld: false },
        scope: ['a', 'b'],
        title: 'T',
        description: 'D',
      },
      { match: { operation: 'listInvoices' }, tier: 'read' },
    ],
  })
  t.match(byName.get('send_it'), { tier: 'manage', scopes: ['a', 'b'], title: 'T', description: 'D' })
  t.match(byName.get('send_it')?.hints, { openWorld: false, idempotent: true })
  t.match(byName.get('list_invoices'), { tier: 'read', scopes: ['read:billing'] })
  t.match(byName.get('get_invoice'), {
    tier: 'manage',
    scopes: ['manage:billing'],
    hints: { readOnly: true },
  })
})

t.test('a tier of read that somebody sets means that nothing changes', async t => {
  const { byName } = compile({ rules: [{ match: { operation: 'createInvoice' }, tier: 'read' }] })
  t.match(byName.get('create_invoice'), {
    scopes: ['read:invoices'],
    hints: { readOnly: true, destructive: false },
  })
})

t.test('when and bind reach the tool', async t => {
  const { byName } = compile({
    rules: [
      {
        match: { tag: 'Invoices' },
        when: '"admin" in principal.roles',
        bind: { id: 'principal.organization', org_id: 'principal.organization' },
      },
    ],
  })
  const get = byName.get('get_invoice')
  t.equal(get?.when?.source, '"admin" in principal.roles')
  t.strictSame([...(get?.bind.keys() ?? [])], ['id'])
  t.strictSame(get?.inputSchema.properties, {})
  t.match(get?.validate({ id: 'other' }), [{ path: '/id' }], 'the caller can’t set it')
  t.strictSame(get?.validate({}), [])
  t.match(get?.plan.path, ['/invoices/', { argument: 'id' }], 'it stays in the plan')
  const create = byName.get('create_invoice')
  t.strictSame([...(create?.bind.keys() ?? [])], ['org_id'])
  t.strictSame(create?.inputSchema.properties, { total: { type: 'number' } })
  t.equal(byName.get('list_invoices')?.bind.size, 0, 'an operation without the parameter is left as it is')
})

t.test('mistakes that would fail open refuse, all at once', async t => {
  const problems = problemsOf({
    exclude: [{ tag: 'Adminn' }, { method: 'PATCH' }],
    rules: [
      { match: { operation: 'nope' }, when: 'true' },
      { match: { tag: 'nope' }, scope: 'x' },
      { match: { path: '/nope' }, tier: 'manage' },
      { match: { tag: 'Invoices' }, bind: { organisation: 'principal.organization' } },
      { match: { tag: 'Invoices' }, name: 'same' },
    ],
  })
  t.strictSame(
    problems.map(({ path }) => path),
    [
      'apis[0].tools.exclude[0]',
      'apis[0].tools.rules[0].match',
      'apis[0].tools.rules[1].match',
      'apis[0].tools.rules[2].match',
      'apis[0].tools.rules[3].bind.organisation',
      ...Array(4).fill('apis[0].tools.rules[4].name'),
    ],
  )
  t.ok(problems.every(({ message, fix }) => message !== '' && fix !== ''))
})

t.test('what is only in vain warns', async t => {
  const { warnings } = compile({
    include: [{ tag: '*' }, { tag: 'nope' }],
    exclude: [{ method: 'PATCH' }],
    rules: [
      { match: { operation: 'nope' }, title: 'x' },
      { match: { operation: 'nope' }, tier: 'read' },
    ],
  })
  t.strictSame(
    warnings.map(({ path }) => path),
    [
      'apis[0].tools.include[1]',
      'apis[0].tools.exclude[0]',
      'apis[0].tools.rules[0].match',
      'apis[0].tools.rules[1].match',
    ],
  )
})

t.test('a binding that a later rule replaces is not in vain', async t => {
  t.strictSame(
    problemsOf({
      rules: [
        { match: { path: '/invoices/{id}' }, bind: { id: '"a"' } },
        { match: { path: '/invoices/{id}' }, bind: { id: '"b"' } },
      ],
    }),
    [],
  )
})

t.test('one bad operation never takes the document down', async t => {
  const { tools, report } = compileDocument({
    paths: {
      '/ok': { get: { operationId: 'ok' } },
      '/a': null,
      '/b': { get: null, post: [] },
      '/c': { get: { parameters: {} } },
      '/d': { get: { parameters: [null] } },
      '/e': { post: { requestBody: { $ref: '#/nowhere' } } },
      '/f': { post: { requestBody: jsonBody({ $ref: 'other.yaml#/X' }) } },
      '/g': { $ref: './paths.yaml' },
      '/h': { get: { parameters: [{ name: 'x', in: 'cookie', required: true }] } },
      '/i': { post: { requestBody: { required: true, content: { multipart: {} } } } },
      'no-slash': { get: {} },
      '/k/{id': { get: {} },
      '/l?x=1': { get: {} },
      '/m/../n': { get: {} },
      '/o/{id}': { get: { tags: 'x', 'x-mcp': { tier: 'admin' } } },
      '/p': { options: {} },
      '/q': { get: { parameters: [{ in: 'query' }] } },
      '/r': { post: { requestBody: jsonBody({ type: 'object', properties: { a: { $ref: '#/r' } } }) } },
      'x-internal': { get: {} },
    },
  })
  t.strictSame(
    tools.map(tool => tool.name),
    ['ok', 'post_f', 'get_h', 'get_l_x_1', 'post_r'],
  )
  const others = report.filter(entry => entry.tool === undefined)
  t.ok(others.every(entry => entry.outcome === 'skipped' && entry.reasons.length > 0))
  const degraded = report.filter(entry => entry.outcome === 'degraded').map(entry => entry.tool)
  t.strictSame(degraded, ['post_f', 'post_r'], 'what can’t be resolved is any value, and said to be')
  t.equal(report.length, 19)
  t.equal(new Set(report.map(entry => entry.pointer)).size, 19)
})

t.test('a deep schema is any value from some depth on, not a stack overflow', async t => {
  let schema: object = { type: 'string' }
  for (let i = 0; i < 100_000; i++) schema = { type: 'object', properties: { a: schema } }
  const { report, tools } = compileOperation({
    requestBody: jsonBody({ type: 'object', properties: { x: schema } }),
  })
  t.match(report, [{ outcome: 'degraded', reasons: [/nested deeper/] }])
  t.ok((tools[0]?.definition.length ?? 0) > 0)
  t.strictSame(tools[0]?.validate({ x: { a: { a: {} } } }), [])
  t.match(tools[0]?.validate({ x: { a: { a: 1 } } }), [{ path: '/x/a/a' }])
})

t.test('without an upstream: the operation’s, the path’s, the document’s server', async t => {
  const api = { upstream: undefined }
  const servers = [
    { url: '/relative' },
    { url: 'https://{region}.example.com/v1/', variables: { region: { default: 'eu' } } },
  ]
  const base = (operation: object, pathItem: object, document: object, baseUrl?: string) =>
    onlyTool(
      compileDocument({ ...document, paths: { '/a': { ...pathItem, get: operation } } }, { api, baseUrl }),
    ).plan.baseUrl
  const one = (url: string) => ({ servers: [{ url }] })
  t.equal(base({}, {}, { servers }), 'https://eu.example.com/v1')
  t.equal(base({}, one('https://path.example'), { servers }), 'https://path.example')
  t.equal(base(one('https://op.example/x'), one('https://path.example'), { servers }), 'https://op.example/x')
  t.equal(base({}, {}, { servers }, 'https://docs.example/openapi.json'), 'https://docs.example/relative')
  t.equal(base({}, {}, {}, 'https://docs.example/a/openapi.json'), 'https://docs.example')
  for (const url of [
    '/relative',
    'ftp://x',
    'https://user:pass@x.example',
    'javascript:1',
    'https://x.example?a=1',
  ]) {
    const { report } = compileDocument({ ...one(url), paths: { '/a': { get: {} } } }, { api })
    t.match(report, [{ outcome: 'skipped', reasons: [/set `upstream`/] }], url)
  }
})

t.test('scopesFrom: security adds the smallest alternative', async t => {
  const api = { scopesFrom: 'security' as const }
  const scopes = (security: unknown, document = {}) =>
    onlyTool(compileOperation({ security, tags: ['a'] }, { api, document, method: 'get' })).scopes
  t.strictSame(scopes([{ oauth: ['x', 'y'] }, { oauth: ['z'] }]), ['read:a', 'z'])
  t.strictSame(scopes([{ oauth: ['x'], more: ['y'] }]), ['read:a', 'x', 'y'])
  t.strictSame(scopes([{ oauth: ['x'] }, {}]), ['read:a'])
  t.strictSame(scopes(undefined, { security: [{ oauth: ['d'] }] }), ['read:a', 'd'])
  t.strictSame(scopes([], { security: [{ oauth: ['d'] }] }), ['read:a'])
  for (const security of ['x', [1], [{ oauth: ['has space'] }]]) {
    t.match(compileOperation({ security }, { api, method: 'get' }).report, [{ outcome: 'skipped' }])
  }
})

t.test('x-mcp speaks after the configuration and before what is derived', async t => {
  const extension = {
    name: 'mine',
    title: 'Mine',
    description: 'Does it',
    tier: 'manage',
    resource: 'r',
    hints: { openWorld: true },
  }
  const compiled = (value: unknown, rules: object[] = []) =>
    compileOperation({ operationId: 'op', 'x-mcp': value }, { api: { tools: { rules: rules as never } } })
  t.match(onlyTool(compiled(extension)), {
    name: 'mine',
    title: 'Mine',
    description: 'Does it',
    scopes: ['manage:r'],
    hints: { openWorld: true },
  })
  t.match(onlyTool(compiled(extension, [{ match: { operation: 'op' }, tier: 'write', name: 'ours' }])), {
    name: 'ours',
    scopes: ['write:r'],
  })
  t.match(onlyTool(compiled({ scope: 's' })).scopes, ['s'])
  for (const hidden of [false, { hidden: true }]) t.match(compiled(hidden).report, [{ outcome: 'excluded' }])
  for (const bad of [{ tier: 'admin' }, { hiden: true }, { scope: '' }, 'text', []]) {
    t.match(compiled(bad).report, [{ outcome: 'skipped', reasons: [/x-mcp/] }], JSON.stringify(bad))
  }
  t.match(compiled({ name: 'not legal!', tier: 'read' }), {
    tools: [{ name: 'op', tier: 'read' }],
    report: [{ outcome: 'degraded', reasons: [/x-mcp name/] }],
  })
})

t.test('a document that lets more callers in than its methods would is reported', async t => {
  const reasons = (value: object, rules: object[] = []) => {
    const operation = { operationId: 'deleteAll', 'x-mcp': value }
    const api = { tools: { rules: rules as never } }
    return compileOperation(operation, { method: 'delete', api }).report.flatMap(entry => entry.reasons)
  }
  t.match(reasons({ tier: 'read' }), [/x-mcp in the document makes it read; by itself it would be manage/])
  t.match(reasons({ scope: 'anyone' }), [/lets in whoever has anyone/])
  t.same(reasons({ tier: 'manage' }), [])
  const match = { operation: 'deleteAll' }
  t.same(reasons({ tier: 'read' }, [{ match, tier: 'write' }]), [])
  t.same(reasons({ scope: 'anyone' }, [{ match, scope: 'some' }]), [])
})

t.test('two operations of one name are two tools', async t => {
  const { tools } = compileDocument({
    paths: {
      '/a': { get: { operationId: 'x', 'x-mcp': { name: 'y' } } },
      '/b': { get: { operationId: 'y' } },
      '/c': { get: { operationId: 'y' } },
    },
  })
  t.strictSame(
    tools.map(tool => [tool.name, tool.operation.path]),
    [
      ['y', '/a'],
      ['y_2', '/b'],
      ['y_3', '/c'],
    ],
  )
})

t.test('compiling twice yields the same bytes', async t => {
  const bytes = () =>
    compile()
      .tools.map(tool => tool.definition)
      .join('\n')
  t.equal(bytes(), bytes())
})

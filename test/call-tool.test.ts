/** The steps of one call, their order, and the record that is written whatever happens. */
import t from 'tap'
import type { AuditRecord } from '../src/audit/record.ts'
import { type CallToolOptions, createCallTool } from '../src/call-tool.ts'
import type { Tool } from '../src/catalogue/tool.ts'
import type { Expression } from '../src/config/expression.ts'
import { PosternError } from '../src/errors.ts'
import type { ToolCall } from '../src/mcp/call.ts'
import type { UpstreamRequest } from '../src/upstream/build-request.ts'
import type { SendOptions, UpstreamResponse } from '../src/upstream/send.ts'
import { makePrincipal, makeTool } from './policy/make-tool.ts'

const PARAMETER = {
  style: 'simple',
  explode: false,
  allowReserved: false,
  json: false,
  required: true,
} as const

/** `GET /orgs/{org}/invoices/{id}`. */
function tool(more: Partial<Tool> = {}): Tool {
  const base = makeTool('get_invoice', 'read:invoices')
  return {
    ...base,
    plan: {
      ...base.plan,
      path: ['/invoices/', { ...PARAMETER, argument: 'id', name: 'id' }],
      query: [{ ...PARAMETER, argument: 'org', name: 'org', style: 'form', explode: true, required: false }],
    },
    ...more,
  }
}

function response(more: Partial<UpstreamResponse> = {}): UpstreamResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"id":"inv_1"}'),
    path: '/invoices/inv_1',
    ...more,
  }
}

function expression(value: unknown): Expression {
  return { source: 'principal.organization', members: ['organization'], evaluate: () => value } as Expression
}

/** A call through fakes, with everything that they saw in order. */
function setUp(subject: Tool = tool(), overrides: Partial<CallToolOptions> = {}) {
  const steps: string[] = []
  const records: AuditRecord[] = []
  const errors: unknown[] = []
  const sent: { request: UpstreamRequest; options: SendOptions }[] = []
  const options: CallToolOptions = {
    decide: () => {
      steps.push('decide')
      return { allow: true }
    },
    credentials: () => {
      steps.push('credentials')
      return { from: 'gateway', headers: { authorization: 'Bearer gateway-secret' } }
    },
    upstream: () => ({
      async send(request, sending) {
        steps.push('send')
        sent.push({ request, options: sending })
        return response()
      },
      dispatcher: () => {
        throw new Error('not used')
      },
      async close() {},
    }),
    audit: record => {
      steps.push('audit')
      records.push(record)
    },
    onError: error => errors.push(error),
    clock: (() => {
      let now = 0
      return () => (now += 1.23456)
    })(),
    ...overrides,
  }
  const validated: Tool = {
    ...subject,
    validate: args => {
      steps.push('validate')
      return subject.validate(args)
    },
  }
  const call = (more: Partial<ToolCall> = {}) =>
    createCallTool(options)({
      server: { path: '/mcp', tools: [validated], byName: new Map([[validated.name, validated]]) },
      caller: { principal: makePrincipal(['read:invoices']), forwardable: {} },
      name: 'get_invoice',
      arguments: { id: 'inv_1' },
      signal: new AbortController().signal,
      requestId: 'r-1',
      protocolVersion: '2026-07-28',
      client: 'test 1',
      remoteAddress: '127.0.0.1',
      ...more,
    })
  return { call, steps, records, errors, sent }
}

const failing = (send: () => Promise<UpstreamResponse>): Partial<CallToolOptions> => ({
  upstream: () => ({
    send,
    dispatcher: () => {
      throw new Error('not used')
    },
    async close() {},
  }),
})

t.test('a call that succeeds goes through every step once, in order', async t => {
  const { call, steps, records, sent, errors } = setUp()
  const result = await call()
  t.match(result, { isError: false, structured: '{"id":"inv_1"}' })
  t.same(steps, ['decide', 'validate', 'credentials', 'send', 'audit'])
  t.match(sent, [
    {
      request: { method: 'GET', path: '/invoices/inv_1' },
      options: { headers: { authorization: 'Bearer gateway-secret' }, idempotent: true },
    },
  ])
  t.match(records, [
    {
      event: 'tool_call',
      requestId: 'r-1',
      outcome: 'ok',
      code: undefined,
      tool: 'get_invoice',
      tier: 'read',
      principal: { subject: 'user-7' },
      arguments: { id: 'inv_1' },
      upstreamStatus: 200,
      client: 'test 1',
      remoteAddress: '127.0.0.1',
      durationMs: 1.23456,
    },
  ])
  t.equal(records.length, 1)
  t.same(errors, [])
  t.notMatch(JSON.stringify(records), 'gateway-secret')
})

t.test('an unknown tool: nothing is decided or sent, only argument names are kept', async t => {
  const { call, steps, records } = setUp()
  await t.rejects(call({ name: `no_such_${'x'.repeat(500)}`, arguments: { password: 'S1' } }), {
    code: 'unknown_tool',
  })
  t.same(steps, ['audit'])
  t.match(records, [{ outcome: 'error', code: 'unknown_tool', tier: undefined, arguments: ['password'] }])
  t.equal(records[0]?.tool?.length, 128)
})

t.test(
  'a tool that is held back is none to the caller, and the record tells it from a slip of the pen',
  async t => {
    const { call, records } = setUp(tool(), { isHeld: name => name === 'purge_all' })
    await t.rejects(call({ name: 'purge_all' }), { code: 'unknown_tool' })
    await t.rejects(call({ name: 'purge_al' }), { code: 'unknown_tool' })
    await call()
    t.same(
      records.map(({ held }) => held),
      [true, undefined, undefined],
    )
  },
)

t.test('while nothing can be put on record, nothing is decided or sent', async t => {
  let isRefusing = true
  const { call, steps, records } = setUp(tool(), {
    refuseUnrecorded: () => {
      if (isRefusing) throw new PosternError('audit_unavailable')
    },
  })
  await t.rejects(call(), { code: 'audit_unavailable', status: 503 })
  t.same(steps, ['audit'], 'it is told all the same: there may be room for it')
  t.match(records, [{ outcome: 'error', code: 'audit_unavailable' }])
  isRefusing = false
  t.match(await call(), { isError: false })
})

t.test('a denial: nothing is looked at further, and the record says what was missing', async t => {
  for (const code of ['insufficient_scope', 'access_denied'] as const) {
    const { call, steps, records } = setUp(
      tool({ validate: () => [{ path: '', expected: 'x', received: undefined, example: 1 }] }),
      {
        decide: () => ({ allow: false, code, message: 'No.', scopes: ['read:invoices'] }),
      },
    )
    await t.rejects(call(), {
      code,
      status: 403,
      message: 'No.',
      data: { tool: 'get_invoice', missingScopes: ['read:invoices'] },
    })
    t.same(steps, ['audit'], 'the caller learns nothing about the arguments')
    t.match(records, [{ outcome: 'denied', code, missingScopes: ['read:invoices'] }])
  }
})

t.test('bad arguments: told to the model, nothing is sent', async t => {
  const { call, steps, records } = setUp(
    tool({ validate: () => [{ path: '/id', expected: 'a string', received: '7', example: 'inv_1' }] }),
  )
  const result = await call({ arguments: { id: 7 } })
  t.equal(result.isError, true)
  t.match(JSON.stringify(result.content), /id/)
  t.same(steps, ['decide', 'validate', 'audit'])
  t.match(records, [{ outcome: 'error', code: 'invalid_arguments' }])
})

t.test(
  'arguments that can be mended are sent mended, and the record says how many and shows what came',
  async t => {
    const { call, sent, records } = setUp(
      tool({
        validate: ({ id }) =>
          typeof id === 'string' ? [] : [{ path: '/id', expected: 'a string', received: '7', example: 'x' }],
        repair: ({ id }) => (id === 7 ? { args: { id: '7' }, repairs: { text: 1 } } : undefined),
      }),
    )
    t.not((await call({ arguments: { id: 7 } })).isError, true)
    t.equal(sent[0]?.request.path, '/invoices/7')
    t.match(records[0], { outcome: 'ok', arguments: { id: 7 }, repairs: { text: 1 } })
    await call({ arguments: { id: 8 } })
    await call({ arguments: { id: '9' } })
    t.match(records.slice(1), [
      { code: 'invalid_arguments', repairs: undefined },
      { outcome: 'ok', repairs: undefined },
    ])
  },
)

t.test('what was unwrapped is recorded under its own names, by which secrets are known', async t => {
  const { call, records } = setUp(
    tool({
      validate: args => ('id' in args ? [] : [{ path: '', expected: 'x', received: undefined, example: 1 }]),
      repair: () => ({ args: { id: '7', code: 'S1' }, repairs: { unwrapped: 1 } }),
      isSensitive: ([name]) => name === 'code',
    }),
  )
  await call({ arguments: { arguments: '{"id":"7","code":"S1"}' } })
  t.match(records[0]?.arguments, { id: '7', code: '[redacted]' })
})

t.test('bound arguments come from the caller’s principal, whatever was sent', async t => {
  const { call, sent, records } = setUp(tool({ bind: new Map([['org', expression('org-1')]]) }))
  await call({ arguments: { id: 'inv_1', org: 'org-2' } })
  t.equal(sent[0]?.request.path, '/invoices/inv_1?org=org-1')
  t.match(records[0]?.arguments, { org: 'org-2' }, 'the audit has what was tried')
})

t.test('a bound value that the principal does not have is a refusal, never a wider request', async t => {
  for (const value of [undefined, null, '', {}, ['org-1'], Number.NaN, Number.POSITIVE_INFINITY]) {
    const { call, steps, records, errors } = setUp(tool({ bind: new Map([['org', expression(value)]]) }))
    await t.rejects(call(), { code: 'access_denied', message: /needs to know your org/ })
    t.same(steps, ['decide', 'validate', 'audit'])
    t.match(records, [{ outcome: 'denied', code: 'access_denied' }])
    t.match(errors, [{ detail: /^bind org: principal\.organization gave / }], 'operators learn why')
  }
})

t.test('a request that can’t be built is not sent', async t => {
  const { call, steps, records } = setUp()
  const result = await call({ arguments: { id: '..' } })
  t.equal(result.isError, true)
  t.same(steps, ['decide', 'validate', 'audit'])
  t.match(records, [{ outcome: 'error', code: 'invalid_arguments' }])
})

t.test('no credential for the backend: nothing is sent', async t => {
  const { call, steps, records } = setUp(tool(), {
    credentials: () => {
      throw new PosternError('no_upstream_credential')
    },
  })
  t.equal((await call()).isError, true)
  t.same(steps, ['decide', 'validate', 'audit'])
  t.match(records, [{ outcome: 'error', code: 'no_upstream_credential' }])
})

t.test('what the backend says reaches the caller and the record', async t => {
  const { call, records } = setUp(
    tool(),
    failing(async () => response({ status: 404, body: Buffer.from('{"message":"no such invoice"}') })),
  )
  const result = await call()
  t.equal(result.isError, true)
  t.match(JSON.stringify(result.content), 'no such invoice')
  t.match(records, [{ outcome: 'error', code: undefined, upstreamStatus: 404 }])
})

t.test('a backend that echoes the gateway’s credential does not hand it on', async t => {
  for (const status of [200, 401, 500]) {
    const body = Buffer.from('{"message":"you sent Bearer gateway-secret","header":"gateway-secret"}')
    const { call } = setUp(
      tool(),
      failing(async () => response({ status, body })),
    )
    t.notMatch(JSON.stringify(await call()), 'gateway-secret', String(status))
  }
})

t.test(
  'failures of the way there are results for the model; their private reasons go to the log',
  async t => {
    for (const code of [
      'upstream_unreachable',
      'upstream_timeout',
      'upstream_too_large',
      'upstream_redirect',
    ] as const) {
      const { call, records, errors } = setUp(
        tool(),
        failing(async () => {
          throw new PosternError(code, { detail: 'connect ECONNREFUSED 10.0.0.1' })
        }),
      )
      const result = await call()
      t.equal(result.isError, true)
      t.notMatch(JSON.stringify(result), '10.0.0.1')
      t.match(records, [{ outcome: 'error', code, upstreamStatus: undefined }])
      t.match(errors, [{ detail: /10\.0\.0\.1/ }])
    }
  },
)

t.test('a client that goes away, an instance that shuts down: errors of the protocol, on record', async t => {
  for (const code of ['cancelled', 'shutting_down', 'store_unavailable'] as const) {
    const { call, records } = setUp(
      tool(),
      failing(async () => {
        throw new PosternError(code)
      }),
    )
    await t.rejects(call(), { code })
    t.match(records, [{ outcome: 'error', code }])
  }
})

t.test(
  'whatever a step throws unexpectedly: internal_error without a word of it, one record, in the log',
  async t => {
    const boom = () => {
      throw new TypeError('secret internals')
    }
    const cases: [string, Tool, Partial<CallToolOptions>][] = [
      ['decide', tool(), { decide: boom }],
      ['validate', tool({ validate: boom }), {}],
      [
        'bind',
        tool({ bind: new Map([['org', { source: 'x', evaluate: boom } as unknown as Expression]]) }),
        {},
      ],
      ['credentials', tool(), { credentials: boom }],
      ['upstream', tool(), { upstream: boom }],
      ['send', tool(), failing(async () => boom())],
      ['shape', tool(), failing(async () => undefined as unknown as UpstreamResponse)],
    ]
    for (const [step, subject, overrides] of cases) {
      const { call, records, errors } = setUp(subject, overrides)
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      t.match(error, { code: 'internal_error', data: { requestId: 'r-1' } }, step)
      t.notMatch((error as Error).message, 'secret')
      t.equal(records.length, 1, step)
      t.match(records, [{ outcome: 'error', code: 'internal_error', tool: 'get_invoice' }], step)
      t.equal(errors.length, 1, step)
      t.ok(errors[0] instanceof TypeError, step)
    }
  },
)

t.test('arguments that can’t be judged are left out of the record, which is written', async t => {
  const { call, records } = setUp(
    tool({
      isSensitive: () => {
        throw new Error('no')
      },
    }),
  )
  t.equal((await call()).isError, false)
  t.match(records, [{ outcome: 'ok', arguments: '[unreadable]' }])
})

t.test('the caller’s signal goes along, and only idempotent tools may be repeated', async t => {
  const { signal } = new AbortController()
  const hints = { readOnly: false, destructive: false, idempotent: false, openWorld: false }
  const { call, sent } = setUp(tool({ hints }))
  await call({ signal })
  t.equal(sent[0]?.options.signal, signal)
  t.equal(sent[0]?.options.idempotent, false)
})

t.test(
  'limits stand after the policy and before the arguments; what they refuse the model reads',
  async t => {
    const waiting = Promise.withResolvers<void>()
    const { call, steps } = setUp(tool(), {
      limit: () => {
        steps.push('limit')
        return waiting.promise
      },
    })
    const result = call()
    t.same(steps, ['decide', 'limit'])
    waiting.resolve()
    t.match(await result, { isError: false })
    t.same(steps, ['decide', 'limit', 'validate', 'credentials', 'send', 'audit'])

    for (const code of ['rate_limited', 'budget_exceeded'] as const) {
      const limited = setUp(tool(), {
        limit: () => {
          throw new PosternError(code, { message: 'Call again in 5 seconds.' })
        },
      })
      t.match(await limited.call(), { isError: true, content: [{ text: 'Call again in 5 seconds.' }] })
      t.same(limited.steps, ['decide', 'audit'])
      t.match(limited.records, [{ outcome: 'denied', code }])
    }

    const unavailable = setUp(tool(), { limit: () => Promise.reject(new PosternError('store_unavailable')) })
    await t.rejects(unavailable.call(), { code: 'store_unavailable', status: 503 })
    t.same(unavailable.steps, ['decide', 'audit'])
    t.match(unavailable.records, [{ outcome: 'error', code: 'store_unavailable' }])

    const denied = setUp(tool(), {
      decide: () => ({ allow: false, code: 'insufficient_scope', message: 'no', scopes: ['x'] }),
      limit: () => {
        throw new Error('asked')
      },
    })
    await t.rejects(denied.call(), { code: 'insufficient_scope' })
  },
)

import t from 'tap'
import { configNotes } from '../../src/config/config-notes.ts'
import { loadText, problemsOf } from './load-text.ts'

function withLimits(limits: string, rules = '', auth = '{ type: token }'): string {
  return `name: acme
apis: [{ name: billing, openapi: billing.yaml, tools: { rules: [${rules}] } }]
auth: [${auth}]
limits: [${limits}]
`
}

t.test('limits as written in the design are read', async t => {
  const { limits } = loadText(
    t,
    withLimits(
      '{ per: principal, tier: write, rate: 60/min }, { per: subject, budget: 500/day }, { per: client, tool: [a, "b_*"], scheme: token, rate: 5/s, burst: 20 }',
      '{ match: { operation: exportLedger }, cost: 5 }',
    ),
  )
  t.same(limits, [
    { per: 'principal', tier: 'write', rate: { amount: 60, unit: 'min', window: 60_000 } },
    { per: 'subject', budget: { amount: 500, unit: 'day', window: 86_400_000 } },
    {
      per: 'client',
      tool: ['a', 'b_*'],
      scheme: 'token',
      rate: { amount: 5, unit: 's', window: 1_000 },
      burst: 20,
    },
  ])
  t.same(loadText(t, withLimits('')).limits, [])
})

t.test('mistakes are named where they are', async t => {
  const cases: readonly (readonly [limits: string, path: string, message: RegExp])[] = [
    ['{ per: user, rate: 60/min }', 'limits[0].per', /not a value that is known/],
    ['{ per: subject }', 'limits[0]', /limits nothing/],
    ['{ per: subject, budget: 5/day, burst: 3 }', 'limits[0]', /burst has no rate/],
    ['{ rate: 60/min }', 'limits[0].per', /per is missing/],
    ['{ per: subject, rate: 60 }', 'limits[0].rate', /a number|a whole number/],
    ...[
      '60',
      '0/min',
      '60/m',
      '60/minute',
      '-1/s',
      '1.5/s',
      '60 /min',
      '1e3/min',
      '9999999999/s',
      '60/day',
    ].map(
      rate => [`{ per: subject, rate: "${rate}" }`, 'limits[0].rate', /not how many in how long/] as const,
    ),
    ['{ per: subject, budget: 5/min }', 'limits[0].budget', /not how many in how long/],
    ['{ per: subject, rate: 1/s, tier: admin }', 'limits[0].tier', /not a value that is known/],
    ['{ per: subject, rate: 1/s, tool: "a b" }', 'limits[0].tool', /not a tool name/],
    ['{ per: subject, rate: 1/s, tool: [] }', 'limits[0].tool', /./],
    ['{ per: subject, rate: 1/s, scheme: bearer }', 'limits[0].scheme', /not a type that is configured/],
    ['{ per: subject, rate: 1/s, for: x }', 'limits[0].for', /not a known key/],
    [
      '{ per: subject, rate: 1/s }, { per: subject, rate: 2/s }',
      'limits[1].rate',
      /limits\[0\] counts the same/,
    ],
    [
      '{ per: subject, budget: 5/day, tier: [read, write] }, { per: subject, rate: 1/s, burst: 3, budget: 6/day, tier: [write, read] }',
      'limits[1].budget',
      /limits\[0\] counts the same/,
    ],
  ]
  for (const [limits, path, message] of cases) {
    const problems = problemsOf(t, withLimits(limits))
    t.same(
      problems.map(problem => problem.path),
      [path],
      limits,
    )
    t.match(problems[0]?.message, message, limits)
  }
})

t.test('limits that differ in anything but how much stand side by side', async t => {
  const limits = [
    '{ per: subject, rate: 1/s }',
    '{ per: subject, rate: 30/min }',
    '{ per: subject, rate: 30/min, burst: 3 }',
    '{ per: subject, rate: 30/min, tier: write }',
    '{ per: principal, rate: 30/min }',
    '{ per: subject, budget: 30/h }',
    '{ per: subject, rate: 300/h, budget: 30/day }',
  ]
  t.equal(loadText(t, withLimits(limits.join(', '))).limits.length, limits.length)
})

t.test('a call that no budget could pay for is found', async t => {
  const rules = '{ match: { operation: a }, cost: 5 }, { match: { operation: b }, cost: 6 }'
  const paths = (limits: string) => problemsOf(t, withLimits(limits, rules)).map(problem => problem.path)
  t.same(paths('{ per: subject, budget: 5/day }, { per: server, budget: 100/day }'), [
    'apis[0].tools.rules[1].cost',
  ])
  t.equal(loadText(t, withLimits('{ per: subject, tier: read, budget: 5/day }', rules)).limits.length, 1)
})

t.test('a review is told that clients name themselves', async t => {
  const notes = configNotes(
    loadText(t, withLimits('{ per: subject, rate: 1/s }, { per: client, rate: 1/s }')),
  )
  t.match(notes, [{ path: 'limits[1].per', message: /name themselves/ }])
})

import t from 'tap'
import type { AnswerPlan } from '../../src/catalogue/answer-plan.ts'
import { watchRecords } from '../../src/result/watch-records.ts'

const SECRET = 'svc_0123456789abcdef'

const PLAN: AnswerPlan = { limit: 1000, binaryLimit: 1000, output: 'off', narrowing: [] } as never

/** Feeds an answer; what was reported, undefined if the answer is not looked at. */
function watch(
  type: string | undefined,
  chunks: readonly (string | Buffer)[],
  { status = 200, answer }: { status?: number; answer?: AnswerPlan } = {},
): string[] | undefined {
  const steps: string[] = []
  const progress = { step: (describe: () => string) => void steps.push(describe()) }
  const look = watchRecords(progress, answer === undefined ? {} : { answer }, [`Bearer ${SECRET}`])
  const take = look(status, type === undefined ? {} : { 'content-type': type })
  if (take === undefined) return undefined
  for (const chunk of chunks) take(Buffer.from(chunk))
  return steps
}

t.test('the events of a stream are steps, said as the result says them', async t => {
  const chunks = [
    ': hello\r\n\r\ndata: {"n": 1}\r\n\r\nda',
    'ta: two\n\nevent: done\ndata: {"n":3}\n',
    '\nid: 7\n\ndata: [DONE]\n\ndata: broken off',
  ]
  t.strictSame(watch('text/event-stream; charset=utf-8', chunks), [
    '{"n": 1}',
    'two',
    '{"event":"done","data":{"n":3}}',
  ])
})

t.test('so are lines of JSON and JSON sequences', async t => {
  for (const type of ['application/x-ndjson', 'application/jsonl', 'application/stream+json']) {
    t.strictSame(watch(type, ['{"a":1}\r', '\n\n[2', ']\nno json\n{"half":']), ['{"a":1}', '[2]', 'no json'])
  }
  t.strictSame(watch('application/json-seq', ['\u001e{\n "a": 1\n}\n\u001e', '{"b":2}\n\u001e{"c"']), [
    '{"a":1}',
    '{"b":2}',
  ])
})

t.test('other answers have no steps', async t => {
  for (const type of ['application/json', 'text/plain', 'text/csv', 'multipart/mixed', '', undefined]) {
    t.equal(watch(type, []), undefined, `${type}`)
  }
  for (const status of [302, 304, 400, 401, 500]) {
    t.equal(watch('text/event-stream', [], { status }), undefined, `${status}`)
  }
})

t.test('the gateway’s credential never shows, however it is spelled or cut', async t => {
  const escaped = SECRET.replace('_', '\\u005f')
  const chunks = [
    `data: {"auth":"Bearer ${SECRET.slice(0, 6)}`,
    `${SECRET.slice(6)}"}\n\nevent: ${SECRET}\ndata: x\n\n`,
    `data: ${'é'.repeat(490)}${SECRET}\n\n`,
  ]
  const steps = watch('text/event-stream', chunks) ?? []
  t.equal(steps.length, 3)
  t.equal(steps[0], '{"auth":"Bearer [credential]"}')
  t.notMatch(steps.join('\n'), /svc_|0123/, 'not in part either')
  t.strictSame(watch('application/x-ndjson', [`"${SECRET}"\n`]), ['"[credential]"'])
  t.notMatch(watch('application/x-ndjson', [`"${escaped}"\n`])?.join(), new RegExp(SECRET))
})

t.test('long records are shortened, never within a character', async t => {
  const [step = ''] =
    watch('text/event-stream', [`data: ${'x'.repeat(499)}🙂${'y'.repeat(100_000)}\n\n`]) ?? []
  t.equal(step, `${'x'.repeat(499)}…`)
})

t.test('a record that is too large to keep ends the steps', async t => {
  const huge = Buffer.alloc(65_536, 'x')
  for (const [type, start, end] of [
    ['text/event-stream', 'data: 1\n\ndata: ', '\n\ndata: 2\n\n'],
    ['application/x-ndjson', '1\n', '\n2\n'],
  ] as const) {
    t.strictSame(watch(type, [start, huge, huge, huge, huge, huge, end]), ['1'], type)
  }
})

t.test('what a rule or a strict schema may keep back is counted and not shown', async t => {
  const chunks = ['data: {"secret":1}\n\ndata: {"secret":2}\n\n']
  const shown = { answer: { ...PLAN, reshape: { argument: 'fields' } as never } }
  t.strictSame(watch('text/event-stream', chunks, shown), ['{"secret":1}', '{"secret":2}'])
  for (const answer of [
    { ...PLAN, output: 'strict' as const },
    { ...PLAN, reshape: { fields: new Map() } as never },
    { ...PLAN, reshape: { result: () => 1 } as never },
  ]) {
    t.strictSame(watch('text/event-stream', chunks, { answer }), ['', ''])
  }
})

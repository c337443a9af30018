import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openAudit } from '../../src/audit/audit.ts'
import { auditLine } from '../../src/audit/audit-line.ts'
import type { AuditRecord } from '../../src/audit/record.ts'
import { makePrincipal } from '../policy/make-tool.ts'

const RECORD: AuditRecord = { event: 'tool_call', requestId: 'r-1', outcome: 'ok', tool: 'list' }
const QUIET = { onError() {}, onRecovered() {} }

t.test(
  'one line of JSON: when, what, who; neither scopes nor anything of a credential but its id',
  async t => {
    const principal = { ...makePrincipal(['read:*'], ['admin']), secret: 'never' }
    const line = auditLine({ ...RECORD, principal, arguments: { a: 1 } }, 0)
    t.same(JSON.parse(line), {
      time: '1970-01-01T00:00:00.000Z',
      event: 'tool_call',
      requestId: 'r-1',
      outcome: 'ok',
      tool: 'list',
      subject: 'user-7',
      organization: 'org-1',
      scheme: 'token',
      credential: 'tok_1',
      arguments: { a: 1 },
    })
    t.notMatch(line, 'never')
  },
)

t.test('a caller can’t forge lines or members', async t => {
  const line = auditLine(
    {
      ...RECORD,
      tool: 'x\n{"event":"tool_call"}',
      client: '","outcome":"ok',
      arguments: { time: 'x', outcome: 'denied' },
    },
    0,
  )
  t.notMatch(line, '\n')
  t.match(JSON.parse(line), {
    outcome: 'ok',
    time: '1970-01-01T00:00:00.000Z',
    tool: 'x\n{"event":"tool_call"}',
  })
})

t.test('how long it took is written to the hundredth of a millisecond', async t => {
  const written = [
    [0, 0],
    [0.004, 0],
    [0.005, 0.01],
    [0.07, 0.07],
    [1.2345, 1.23],
    [1.999, 2],
    [59_999.996, 60_000],
    [123_456_789.1, 123_456_789.1],
    [-0.001, 0],
  ] as const
  for (const [durationMs, expected] of written) {
    t.equal(JSON.parse(auditLine({ ...RECORD, durationMs }, 0)).durationMs, expected)
  }
  t.notOk('durationMs' in JSON.parse(auditLine(RECORD, 0)))
})

t.test('nothing that a terminal obeys or turns around is in a line', async t => {
  const hostile = 'a\u009b31m\u202eb\u2028c\u007f\u0085ü'
  const line = auditLine({ ...RECORD, client: hostile, arguments: { [hostile]: hostile } }, 0)
  t.equal(line.search(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u), -1)
  t.match(
    JSON.parse(line),
    { client: hostile, arguments: { [hostile]: hostile } },
    'what it says is the same',
  )
})

t.test('arguments that can’t be written leave the record', async t => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  for (const args of [
    cyclic,
    { big: 1n },
    {
      toJSON: () => {
        throw new Error('no')
      },
    },
  ]) {
    t.match(JSON.parse(auditLine({ ...RECORD, arguments: args }, 0)), {
      outcome: 'ok',
      arguments: '[unreadable]',
    })
  }
})

t.test('to a file: mode 0600, appended to, whole on close', async t => {
  const path = join(t.testdir(), 'audit.log')
  for (const requestId of ['a', 'b']) {
    const audit = await openAudit({ to: { to: 'file', path }, now: () => 0, ...QUIET })
    audit.write({ ...RECORD, requestId })
    await audit.close()
    audit.write({ ...RECORD, requestId: 'after the end' })
    audit.flush()
    await audit.close()
  }
  t.equal(statSync(path).mode & 0o777, 0o600)
  const ids = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).requestId)
  t.same(ids, ['a', 'b'])
})

t.test('a file that can’t be opened is a mistake of the configuration, in plain words', async t => {
  await t.rejects(openAudit({ to: { to: 'file', path: t.testdir() }, ...QUIET }), {
    code: 'configuration_invalid',
    message: /can’t be opened for appending \(EISDIR\)\. Correct audit\.path/,
  })
})

t.test('off is off', async t => {
  const audit = await openAudit({ to: { to: 'off' }, ...QUIET })
  t.doesNotThrow(() => audit.write(RECORD))
  t.doesNotThrow(() => audit.flush())
  await audit.reopen()
  await audit.close()
})

import t from 'tap'
import type { Start } from '../../bench/start-up-child.ts'
import { describeStartUp, startUpVerdicts, toStartUp } from '../../bench/start-up-report.ts'

function starts(...figures: readonly (readonly [ms: number, megabytes: number])[]): readonly Start[] {
  return figures.map(([ms, megabytes]) => ({ ms, bytes: megabytes * 1e6, tools: 7 }))
}

const START = toStartUp({
  document: 'some.json',
  parsed: starts([10, 4], [900, 40], [11, 5]),
  served: starts([500, 15], [400, 16], [9_000, 160]),
  idle: starts([80, 3], [70, 2], [90, 30]),
})

t.test('figures are medians; memory is what the document adds to a gateway', async t => {
  t.same(START, {
    document: 'some.json',
    tools: 7,
    parseMs: 11,
    readyMs: 500,
    extraMs: 489,
    parsedMB: 5,
    afterMB: 13,
    totalMB: 16,
    ratio: 2.6,
  })
})

t.test('has exactly the members that results.json documents', async t => {
  const members = ['document', 'tools', 'parseMs', 'readyMs', 'extraMs', 'parsedMB', 'afterMB', 'totalMB']
  t.same(Object.keys(START), [...members, 'ratio'])
})

t.test('says what was measured', async t => {
  t.equal(
    describeStartUp(START),
    'some.json: parsed in 11 ms, 7 tools listed after 500 ms; 5 MB parsed, 13 MB served, 16 MB with the gateway',
  )
})

t.test('a promise at its limit is held, one above it is missed', async t => {
  const verdicts = (extraMs: number, ratio: number) =>
    startUpVerdicts({ ...START, extraMs, ratio }).map(line => line.replace(/^.*: /, ''))
  t.same(verdicts(1_000, 3), ['held', 'held'])
  t.same(verdicts(1_001, 3), ['MISSED', 'held'])
  t.same(verdicts(1_000, 3.01), ['held', 'MISSED'])
  t.match(startUpVerdicts(START)[1], /2\.60 times the memory/)
})

import t from 'tap'
import { type Measurement, toMeasurement, toRows, toTable, toVerdicts } from '../../bench/report.ts'

const round = (cpuMicros: number): Measurement => ({ cpuMicros, rps: 1_000, p50Ms: 1, p99Ms: 2 })
const rounds = (...cpu: number[]) => cpu.map(round)

t.test('a row is the median of its rounds, its ratio that of the same rounds', async t => {
  const measurements = new Map([
    ['http-proxy', rounds(100, 500, 90)],
    ['tools-call', rounds(90, 400, 99)],
  ])
  t.match(toRows(measurements), [
    { name: 'http-proxy', cpuMicros: 100, ratio: 1 },
    { name: 'tools-call', cpuMicros: 99, ratio: 0.9 },
  ])
  t.match(toVerdicts(measurements), [/costs 0\.90 of http-proxy/])
})

t.test('with an even number of rounds the median lies between the two in the middle', async t => {
  t.match(toRows(new Map([['http-proxy', rounds(10, 40, 20, 90)]])), [{ cpuMicros: 30 }])
})

t.test('a row has exactly the members that results.json documents', async t => {
  const [row] = toRows(new Map([['http-proxy', rounds(1)]]))
  t.same(Object.keys(row ?? {}), ['name', 'cpuMicros', 'rps', 'p50Ms', 'p99Ms', 'ratio'])
})

t.test('the table has a line per row with the spread of its rounds', async t => {
  const measurements = new Map([['http-proxy', rounds(90, 120, 100)]])
  const lines = toTable(toRows(measurements), measurements).split('\n')
  t.equal(lines.length, 2)
  t.match(lines[1], /^http-proxy +100 +90–120 +1000 +1\.00 +2\.00 +1\.00$/)
})

t.test(
  'a promise at its limit is held, one above it is missed, one without its rows is not spoken of',
  async t => {
    const verdicts = (call: number) =>
      toVerdicts(
        new Map([
          ['http-proxy', rounds(100)],
          ['tools-call', rounds(call)],
        ]),
      )
    t.same(verdicts(100), ['tools-call costs 1.00 of http-proxy (promised: at most 1.00): held'])
    t.same(verdicts(101), ['tools-call costs 1.01 of http-proxy (promised: at most 1.00): MISSED'])
  },
)

t.test('a round counts every request of its stretches alike', async t => {
  const stretches = [
    { requests: 1, elapsedMs: 1, latenciesMs: [9], cpuMicros: 100 },
    { requests: 3, elapsedMs: 1, latenciesMs: [4, 1, 2], cpuMicros: 60 },
  ]
  t.same(toMeasurement(stretches), { cpuMicros: 40, rps: 2_000, p50Ms: 2, p99Ms: 9 })
})

t.test('percentiles are by nearest rank', async t => {
  const inOne = (latenciesMs: readonly number[]) =>
    toMeasurement([{ requests: latenciesMs.length, elapsedMs: 1, latenciesMs, cpuMicros: 1 }])
  t.match(inOne(Array.from({ length: 200 }, (_, index) => 200 - index)), { p50Ms: 100, p99Ms: 198 })
  t.equal(inOne([7]).p99Ms, 7)
  t.ok(Number.isNaN(inOne([]).p50Ms))
})

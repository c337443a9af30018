/**
 * A store that is killed, stopped, emptied, slow, cut off or not there yet: nothing is ever accepted that should not
 * be, nobody waits for ever, and all is well again by itself. `--write` writes docs/reliability.json and .md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { withoutRedis } from '../store/start-redis.ts'
import { type Cell, KINDS } from './cell.ts'
import { FAULTS } from './faults.ts'
import { type Matrix, measureMatrix } from './measure-matrix.ts'
import { makeReport, type Report, renderReport } from './render-report.ts'

const JSON_FILE = new URL('../../docs/reliability.json', import.meta.url)
const TEXT_FILE = new URL('../../docs/reliability.md', import.meta.url)
const isWriting = process.argv.includes('--write')
/** Milliseconds between two rounds of calls; none where it is measured how much is borne. */
const PAUSE = isWriting ? 0 : 25

t.setTimeout(600_000)

t.test('nothing that happens to Redis becomes an acceptance', { skip: withoutRedis() }, async t => {
  const matrix = await measureMatrix(t, { pause: PAUSE })
  const { tallies } = matrix
  for (const tally of tallies) {
    const cell = tally.cell()
    const name = `${cell.fault}, ${cell.onUnavailable}, ${cell.credential}`
    t.strictSame(tally.problems.slice(0, 5), [], `${name}: as it should be, seed ${matrix.seed}`)
    t.equal(cell.wrongAcceptances, 0, `${name}: no wrong acceptance`)
    t.equal(cell.hangs, 0, `${name}: no hang`)
    t.ok(cell.recoveryMs <= 2_000, `${name}: recovered after ${tally.recoveries.map(Math.round)} ms`)
    t.equal(cell.accepted > 0, mayGoOn(cell), `${name}: ${cell.accepted} calls went on meanwhile`)
  }
  checkStartUp(t, matrix)
  const report = makeReport(tallies.map(tally => tally.cell()))
  if (isWriting) {
    writeFileSync(JSON_FILE, `${JSON.stringify(report, null, 2)}\n`)
    writeFileSync(TEXT_FILE, renderReport(report))
  }
})

t.test('the document says the same', { skip: isWriting }, t => {
  const report: Report = JSON.parse(readFileSync(JSON_FILE, 'utf8'))
  const places = FAULTS.flatMap(fault =>
    (['deny', 'stale'] as const).flatMap(onUnavailable =>
      KINDS.map(credential => ({ fault: fault.name, onUnavailable, credential })),
    ),
  )
  t.match(report.cells, places)
  t.equal(report.cells.length, places.length)
  for (const cell of report.cells) {
    t.match(cell, { wrongAcceptances: 0, hangs: 0 })
    t.ok(cell.trials > 0 && cell.calls > 0 && cell.recoveryMs <= 2_000)
  }
  t.equal(readFileSync(TEXT_FILE, 'utf8'), renderReport(report), 'written by scripts/write-reliability.ts')
  t.end()
})

/** Whether somebody may go on while the fault lasts. */
function mayGoOn({ fault: name, onUnavailable, credential }: Cell): boolean {
  const fault = FAULTS.find(fault => fault.name === name)
  if (fault?.isDown === false) return true
  return onUnavailable === 'stale' && credential !== 'limits' && fault?.isAtStart === false
}

function checkStartUp(t: Test, { startUp }: Matrix): void {
  const median = (times: readonly number[]) =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity
  const [with_, without] = [median(startUp.reachable), median(startUp.unreachable)]
  t.ok(
    without - with_ < 3_000,
    `listens after ${Math.round(without)} ms, with Redis after ${Math.round(with_)} ms`,
  )
}

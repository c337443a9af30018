/**
 * What the project promises about real documents: nearly every operation is a tool, and what its calls send is
 * what an independent judge made from the same document accepts. `docs/corpus.json` says the same.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { isCorpusMissing } from './documents.ts'
import { renderReport } from './render-report.ts'
import { type CorpusReport, makeReport, withoutMeasurements } from './report.ts'

t.setTimeout(900_000)

t.test('real documents', { skip: isCorpusMissing }, async t => {
  const report = await makeReport({ isTimed: false })
  const { total } = report
  const share = (total.exposed + total.degraded) / total.operations
  t.ok(share >= 0.995, `${share} of the operations are tools`)
  t.ok(total.accepted >= 0.99, `${total.accepted} of the well-formed calls are accepted`)
  for (const { document, operations, exposed, degraded, skipped, hostile, exceptions } of report.documents) {
    const accounted = Object.values(skipped).reduce((all, count) => all + count, exposed + degraded)
    t.equal(
      accounted,
      operations,
      `${document}: every operation is exposed, degraded or skipped with a reason`,
    )
    t.strictSame(hostile.failures, [], `${document}: hostile calls break nothing and reach nothing else`)
    t.strictSame(
      exceptions.filter(({ cause }) => cause === 'ours'),
      [],
      `${document}: every exception is explained`,
    )
  }
  const written: CorpusReport = JSON.parse(
    readFileSync(new URL('../../docs/corpus.json', import.meta.url), 'utf8'),
  )
  t.strictSame(
    withoutMeasurements(report),
    withoutMeasurements(written),
    'docs/corpus.json is up to date; else run: node scripts/write-corpus-report.ts (with --measure if only descriptions changed)',
  )
  const text = readFileSync(new URL('../../docs/corpus.md', import.meta.url), 'utf8')
  t.equal(text, renderReport(written), 'docs/corpus.md too')
})

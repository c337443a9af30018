/**
 * Writes docs/corpus.json and docs/corpus.md.
 *
 * Usage: node scripts/write-corpus-report.ts [--measure]
 *
 * `--measure` keeps what became of the calls, which take minutes, and measures everything else anew: enough where
 * only descriptions have changed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { isCorpusMissing } from '../test/corpus/documents.ts'
import { renderReport } from '../test/corpus/render-report.ts'
import { makeReport, measureAnew } from '../test/corpus/report.ts'

if (isCorpusMissing) throw new Error(isCorpusMissing)
const json = new URL('../docs/corpus.json', import.meta.url)
const isMeasured = process.argv.includes('--measure')
const report = isMeasured
  ? await measureAnew(JSON.parse(readFileSync(json, 'utf8')))
  : await makeReport({ isTimed: true })
writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
writeFileSync(new URL('../docs/corpus.md', import.meta.url), renderReport(report))

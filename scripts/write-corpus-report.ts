/** Writes docs/corpus.json and docs/corpus.md; takes minutes. Usage: node scripts/write-corpus-report.ts */
import { writeFileSync } from 'node:fs'
import { isCorpusMissing } from '../test/corpus/documents.ts'
import { renderReport } from '../test/corpus/render-report.ts'
import { makeReport } from '../test/corpus/report.ts'

if (isCorpusMissing) throw new Error(isCorpusMissing)
const report = await makeReport()
writeFileSync(new URL('../docs/corpus.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`)
writeFileSync(new URL('../docs/corpus.md', import.meta.url), renderReport(report))

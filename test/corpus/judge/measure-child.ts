/** Runs {@link measure} for the documents named on the command line; a process of its own, for its memory. */
import { writeSync } from 'node:fs'
import { type Measured, measure } from './measure.ts'

const results: Measured[] = []
for (const name of process.argv.slice(2)) results.push(await measure(name))
writeSync(1, JSON.stringify(results))
process.exit(0)

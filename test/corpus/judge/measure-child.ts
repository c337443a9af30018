/** Runs {@link measure} for the document named on the command line; a process of its own, for its memory. */
import { writeSync } from 'node:fs'
import { measure } from './measure.ts'

writeSync(1, JSON.stringify(await measure(process.argv[2] ?? '')))
process.exit(0)

/** Runs {@link roundTrip} for the documents named on the command line; a process of its own, for its memory. */
import { writeSync } from 'node:fs'
import { type RoundTrip, roundTrip } from './round-trip.ts'

const results: RoundTrip[] = []
for (const name of process.argv.slice(2)) results.push(await roundTrip(name))
writeSync(1, JSON.stringify(results))
process.exit(0)

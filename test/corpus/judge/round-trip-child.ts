/** Runs {@link roundTrip} for the document named on the command line; a process of its own, for its memory. */
import { writeSync } from 'node:fs'
import { roundTrip } from './round-trip.ts'

writeSync(1, JSON.stringify(await roundTrip(process.argv[2] ?? '')))
process.exit(0)

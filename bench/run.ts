/**
 * `npm run bench [-- --rounds N --seconds S --only NAME,…]`: what one request costs each server, compared with
 * a bare reverse proxy in the same run. See README.md beside this file.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Child, startChild } from './child.ts'
import { firstExchange } from './first-exchange.ts'
import { type Load, openLoad } from './load.ts'
import {
  type Measurement,
  type Measurements,
  type Stretch,
  toMeasurement,
  toRows,
  toTable,
  toVerdicts,
  YARDSTICK,
} from './report.ts'
import { DOCUMENTS, measureStartUp } from './start-up.ts'
import { describeStartUp, type Starts, startUpVerdicts, toStartUp } from './start-up-report.ts'
import { LIST_SOURCE, SUBJECTS } from './subjects.ts'

/** Times that all servers are started anew: the same code costs more in one process than in the next. */
const STARTS_OF_SERVERS = 3
/**
 * Until the compiler has nothing left to do, in turns: in one go, the first row would stand idle until the last was warm,
 * and its first rounds would tell of that.
 */
const FIRST_WARM_UP = { turns: 16, seconds: 0.5 }
/** A round is so many stretches of each row: a machine that others use too changes its pace from second to second. */
const STRETCHES = 10
const WARM_UP_SECONDS = 0.05
/** How often each document is started with; the median counts. */
const STARTS_OF_DOCUMENTS = 5
/** What `--only` calls the measurement of starts. */
const START_UP = 'start-up'
const RESULTS = new URL('./results.json', import.meta.url)

/** A subject whose server runs and has given one right answer. */
interface Started {
  readonly name: string
  readonly child: Child
  readonly load: Load
}

const options = readOptions()
const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

const children: Child[] = []
const loads: Load[] = []
/** Why a row is not in the table, by its name. */
const missing = new Map<string, string>()
try {
  process.exitCode = await run()
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await stopAll()
}

async function run(): Promise<number> {
  const measurements = await measureAll()
  const rows = toRows(measurements)
  const startUp = options.hasStartUp ? (await measureStarts()).map(toStartUp) : []
  console.log(`\n${toTable(rows, measurements)}\n`)
  for (const start of startUp) console.log(describeStartUp(start))
  for (const verdict of [...toVerdicts(measurements), ...startUp.flatMap(startUpVerdicts)])
    console.log(verdict)
  for (const [name, reason] of missing) console.error(`missing: ${name}: ${reason}`)
  if (missing.size > 0 || options.isPartial) {
    console.log('Not all rows were measured; bench/results.json stays as it is.')
    return missing.size > 0 ? 1 : 0
  }
  await writeFile(RESULTS, `${JSON.stringify({ rows, startUp }, null, 2)}\n`)
  return 0
}

/** After all servers have ended, so that nothing else runs. */
async function measureStarts(): Promise<readonly Starts[]> {
  const absent = DOCUMENTS.filter(document => !existsSync(document))
  if (absent.length > 0) {
    missing.set(START_UP, `there is no ${absent.join(', ')}`)
    return []
  }
  return measureStartUp(DOCUMENTS, STARTS_OF_DOCUMENTS, directory)
}

async function measureAll(): Promise<Measurements> {
  const measurements = new Map<string, Measurement[]>(options.subjects.map(({ name }) => [name, []]))
  const starts = Math.min(STARTS_OF_SERVERS, options.rounds)
  let round = 0
  for (let start = 1; start <= starts; start++) {
    const started = await startAll(join(directory, `servers-${start}`))
    for (let turn = 1; turn <= FIRST_WARM_UP.turns; turn++) {
      for (const subject of started) await drive(subject, FIRST_WARM_UP.seconds)
    }
    while (round < Math.round((options.rounds * start) / starts)) {
      round += 1
      for (const [name, measurement] of await measureRound(started)) {
        measurements.get(name)?.push(measurement)
        const cost = measurement.cpuMicros.toFixed(0)
        console.log(`round ${round}/${options.rounds}  ${name}: ${cost} µs/request`)
      }
    }
    await stopAll()
  }
  // Rounds are told apart by their place, so a row has all of them or none.
  for (const name of missing.keys()) measurements.delete(name)
  return measurements
}

async function startAll(place: string): Promise<readonly Started[]> {
  const backend = await startChild('backend', [])
  children.push(backend)
  const started: Started[] = []
  let list: string | undefined
  for (const subject of options.subjects) {
    const own = join(place, subject.name)
    mkdirSync(own, { recursive: true })
    const args = subject.args({ backend: backend.url, directory: own, list })
    if (args === undefined) {
      missing.set(subject.name, `it needs the answer of ${LIST_SOURCE}`)
      continue
    }
    let child: Child
    try {
      child = await startChild(subject.server, args)
    } catch (error) {
      missing.set(subject.name, `it did not start: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    children.push(child)
    const first = await firstExchange(subject, child)
    const load = openLoad(child.url, first)
    loads.push(load)
    started.push({ name: subject.name, child, load })
    if (subject.name === LIST_SOURCE) {
      list = join(own, 'list.json')
      await writeFile(list, first.expected)
    }
  }
  return started
}

async function stopAll(): Promise<void> {
  await Promise.all(loads.splice(0).map(load => load.close()))
  await Promise.all(children.splice(0).map(child => child.stop()))
}

async function measureRound(started: readonly Started[]): Promise<ReadonlyMap<string, Measurement>> {
  const stretches = new Map<string, Stretch[]>(started.map(({ name }) => [name, []]))
  for (let turn = 1; turn <= STRETCHES; turn++) {
    // Back and forth, so that none always comes after the same one and the first rows stay near each other.
    for (const subject of turn % 2 === 1 ? started : started.toReversed()) {
      stretches.get(subject.name)?.push(await measure(subject))
    }
  }
  return new Map([...stretches].map(([name, ofRow]) => [name, toMeasurement(ofRow)]))
}

async function measure(subject: Started): Promise<Stretch> {
  await drive(subject, WARM_UP_SECONDS)
  const before = await subject.child.cpuMicros()
  const result = await drive(subject, options.seconds / STRETCHES)
  return { ...result, cpuMicros: (await subject.child.cpuMicros()) - before }
}

async function drive({ name, load }: Started, seconds: number) {
  try {
    return await load.run(seconds)
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readOptions() {
  const values = readFlags()
  const rounds = Number(values.rounds)
  const seconds = Number(values.seconds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) exit('--rounds takes 1 to 100')
  if (!(seconds > 0 && seconds <= 60)) exit('--seconds takes more than 0, at most 60')
  const names = values.only?.split(',')
  const known = [...SUBJECTS.map(({ name }) => name), START_UP]
  const unknown = names?.find(name => !known.includes(name))
  if (unknown !== undefined) exit(`--only takes a list of: ${known.join(', ')}; there is no ${unknown}`)
  const hasStartUp = names === undefined || names.includes(START_UP)
  const wanted = (name: string) => names === undefined || name === YARDSTICK || names.includes(name)
  const subjects = SUBJECTS.filter(({ name }) => wanted(name))
  const isPartial = subjects.length < SUBJECTS.length || !hasStartUp
  return { rounds, seconds, subjects, hasStartUp, isPartial }
}

function readFlags() {
  try {
    const rounds = { type: 'string', default: '15' } as const
    const seconds = { type: 'string', default: '1' } as const
    return parseArgs({ options: { rounds, seconds, only: { type: 'string' } } }).values
  } catch (error) {
    exit(error instanceof Error ? error.message : String(error))
  }
}

function exit(message: string): never {
  console.error(`bench: ${message}`)
  process.exit(2)
}

/** Under load, a signal loses no record of a call that was answered, and kill -9 breaks no chain. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { linesOf, verify } from './audit/chained.ts'
import { rpc } from './build.ts'
import { type Prepared, prepare, type ServeChild, serveChild, slowBackend } from './serve-child.ts'

t.setTimeout(180_000)

const CALLERS = 16

/** Every call says which it is, so that its record can be told from all others. */
function describeNumbered(directory: string): void {
  const parameters = [{ name: 'number', in: 'query', required: true, schema: { type: 'string' } }]
  const responses = {
    200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } },
  }
  const paths = { '/fast': { get: { operationId: 'getFast', parameters, responses } } }
  writeFileSync(
    join(directory, 'openapi.json'),
    JSON.stringify({ openapi: '3.1.0', info: { title: 'slow', version: '1' }, paths }),
  )
}

/** Calls on and on, until the gateway takes no more; resolves to the numbers whose calls were answered. */
function load(gateway: ServeChild, token: string, name: string) {
  const answered: string[] = []
  const enough = Promise.withResolvers<void>()
  const caller = async (index: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const number = `${name}-${index}-${count}`
      try {
        const answer = await rpc(`${gateway.origin}/mcp`, token, 'tools/call', {
          name: 'slow_get_fast',
          arguments: { number },
        })
        if (answer.status !== 200) return
      } catch {
        return
      }
      answered.push(number)
      if (answered.length === 400) enough.resolve()
    }
  }
  const callers = Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(index)))
  return { answered, underWay: enough.promise, ended: callers.then(() => answered) }
}

async function start(t: Test, audit: object): Promise<Prepared> {
  const backend = await slowBackend(t)
  const prepared = await prepare(t, backend.url, { audit })
  describeNumbered(prepared.directory)
  return prepared
}

/** How often each call is on record. */
function recorded(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) {
    const { event, arguments: args } = JSON.parse(line)
    if (event === 'tool_call') counts.set(args.number, (counts.get(args.number) ?? 0) + 1)
  }
  return counts
}

function holdsEach(t: Test, lines: readonly string[], answered: readonly string[]): void {
  const counts = recorded(lines)
  t.ok(answered.length >= 400, `${answered.length} calls were answered`)
  t.same(
    answered.filter(number => counts.get(number) !== 1),
    [],
    'each of them has exactly one line',
  )
  t.same(
    [...counts.values()].filter(count => count !== 1),
    [],
    'no call has two',
  )
}

for (const [what, audit] of [
  ['a file', { to: 'file', path: './audit.log' }],
  ['a chained file', { to: 'file', path: './audit.log', chain: true }],
  ['standard output', { to: 'stdout' }],
  ['chained standard output', { to: 'stdout', chain: true }],
] as const) {
  t.test(`SIGTERM under load, to ${what}: one line for each answered call`, async t => {
    const { file, directory, token } = await start(t, audit)
    const gateway = await serveChild(t, file)
    const calls = load(gateway, token, 'x')
    await calls.underWay
    gateway.child.kill('SIGTERM')
    const answered = await calls.ended
    t.same(await gateway.exited, { code: 0, signal: null })
    const path = join(directory, 'audit.log')
    if (audit.to === 'stdout') writeFileSync(path, gateway.output())
    holdsEach(t, linesOf(path), answered)
    if ('chain' in audit) t.match(await verify([path]), { ok: true, torn: 0, lost: 0, notes: [] })
  })
}

t.test(
  'two gateways that write to one chained file, one rotation, SIGTERM to both: nothing is lost',
  async t => {
    const { file, directory, token } = await start(t, { to: 'file', path: './audit.log', chain: true })
    const [path, old] = [join(directory, 'audit.log'), join(directory, 'audit.log.1')]
    const gateways = await Promise.all([serveChild(t, file), serveChild(t, file)])
    const loads = gateways.map((gateway, index) => load(gateway, token, `${index}`))
    await Promise.all(loads.map(({ underWay }) => underWay))
    renameSync(path, old)
    for (const { child } of gateways) child.kill('SIGHUP')
    await Promise.all(gateways.map(gateway => gateway.logged('reloaded')))
    for (const { child } of gateways) child.kill('SIGTERM')
    const answered = (await Promise.all(loads.map(({ ended }) => ended))).flat()
    for (const { exited } of gateways) t.same(await exited, { code: 0, signal: null })
    holdsEach(t, [...linesOf(old), ...linesOf(path)], answered)
    t.match(await verify([old, path]), { ok: true, torn: 0, lost: 0, notes: [] })
    t.ok(linesOf(path).length > 0, 'the new file is in use')
  },
)

t.test('kill -9 under load, several times: the chain goes on', async t => {
  const { file, directory, token } = await start(t, { to: 'file', path: './audit.log', chain: true })
  const path = join(directory, 'audit.log')
  const rounds = 3
  for (let round = 0; round < rounds; round++) {
    const gateway = await serveChild(t, file)
    const calls = load(gateway, token, `${round}`)
    await calls.underWay
    gateway.child.kill('SIGKILL')
    await calls.ended
    await gateway.exited
  }
  const report = await verify([path])
  t.match(report, { ok: true, lost: 0 })
  t.equal(report.chains.length, rounds)
})

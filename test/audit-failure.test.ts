/** What happens to calls while the audit can't be written: a full disk, a file size limit, a reader that went away. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { linesOf, verify } from './audit/chained.ts'
import { rpc } from './build.ts'
import { prepare, type ServeChild, serveChild, slowBackend } from './serve-child.ts'

t.setTimeout(180_000)

const NO_PRLIMIT = spawnSync('prlimit', ['--version']).error !== undefined && 'needs prlimit (util-linux)'
const NO_FULL = !existsSync('/dev/full') && 'needs /dev/full'

async function start(t: Test, audit: object) {
  const backend = await slowBackend(t)
  const prepared = await prepare(t, backend.url, { audit, passthrough: { path: '/api', api: 'slow' } })
  const gateway = await serveChild(t, prepared.file)
  const { token } = prepared
  return {
    ...prepared,
    gateway,
    seen: backend.seen,
    call: () => rpc(`${gateway.origin}/mcp`, token, 'tools/call', { name: 'slow_get_fast' }),
    list: () => rpc(`${gateway.origin}/mcp`, token, 'tools/list', {}),
    plain: () => fetch(`${gateway.origin}/api/fast`, { headers: { authorization: `Bearer ${token}` } }),
    ready: () => fetch(`${gateway.origin}/readyz`),
  }
}

type Started = Awaited<ReturnType<typeof start>>

/** The longest any file of the process may become from now on. */
function limitFiles({ child }: ServeChild, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`])
}

async function isRefusing(t: Test, { call, plain, list, ready, seen }: Started): Promise<void> {
  const before = seen.length
  const refused = await call()
  t.equal(refused.status, 503)
  t.match(refused.body.error, { data: { code: 'audit_unavailable' } })
  const answer = await plain()
  t.equal(answer.status, 503)
  t.equal(answer.headers.get('retry-after'), '1')
  t.equal(seen.length, before, 'nothing has reached the backend')
  t.equal((await list()).status, 200, 'what calls nothing is answered')
  const probe = await ready()
  t.equal(probe.status, 503)
  t.same(await probe.json(), { status: 'audit unavailable' })
}

async function endsInGoodOrder(t: Test, { child, exited }: ServeChild): Promise<void> {
  child.kill('SIGTERM')
  t.same(await exited, { code: 0, signal: null })
}

for (const chain of [false, true]) {
  const how = chain ? ' (chained)' : ''
  t.test(
    `refuse: calls are refused at a file size limit, and made again once it is lifted${how}`,
    { skip: NO_PRLIMIT },
    async t => {
      const started = await start(t, { to: 'file', path: './audit.log', chain, onFailure: 'refuse' })
      const { gateway, directory, call, plain, ready } = started
      const file = join(directory, 'audit.log')
      // Longer than the store’s files, so that the limit is met by the audit alone.
      writeFileSync(file, `${'x'.repeat(4_000_000)}\n`)
      t.equal((await ready()).status, 200)
      limitFiles(gateway, statSync(file).size + 200)
      t.equal((await call()).status, 200, 'before it is known')
      await gateway.logged('the audit can’t be written')
      await isRefusing(t, started)

      limitFiles(gateway, 'unlimited')
      await gateway.logged('the audit is written again')
      t.equal((await call()).status, 200)
      t.equal((await plain()).status, 200)
      t.equal((await ready()).status, 200)
      await endsInGoodOrder(t, gateway)
      const records = linesOf(file)
        .slice(1)
        .filter(isJson)
        .map(line => JSON.parse(line))
      const outcomes = records
        .filter(({ event }) => event !== 'audit_chain')
        .map(({ event, code }) => code ?? event)
      t.same(outcomes, ['tool_call', 'audit_unavailable', 'audit_unavailable', 'tool_call', 'passthrough'])
      if (chain) t.match(await verify([file]), { ok: true, torn: 1, lost: 0 })
    },
  )

  t.test(`continue: calls go on, and what waited is written later${how}`, { skip: NO_PRLIMIT }, async t => {
    const { gateway, directory, call, ready } = await start(t, { to: 'file', path: './audit.log', chain })
    const file = join(directory, 'audit.log')
    writeFileSync(file, `${'x'.repeat(4_000_000)}\n`)
    limitFiles(gateway, statSync(file).size)
    t.equal((await call()).status, 200)
    await gateway.logged('the audit can’t be written')
    t.equal((await call()).status, 200)
    t.equal((await ready()).status, 200)
    limitFiles(gateway, 'unlimited')
    t.match(await gateway.logged('the audit is written again'), { lost: 0 })
    await endsInGoodOrder(t, gateway)
    t.equal(readFileSync(file, 'utf8').split('"event":"tool_call"').length - 1, 2)
    if (chain) t.match(await verify([file]), { ok: true })
  })

  t.test(`refuse: a full disk${how}`, { skip: NO_FULL }, async t => {
    const started = await start(t, { to: 'file', path: '/dev/full', chain, onFailure: 'refuse' })
    t.equal((await started.call()).status, 200)
    t.match(await started.gateway.logged('the audit can’t be written'), { err: { code: 'ENOSPC' } })
    await isRefusing(t, started)
    await endsInGoodOrder(t, started.gateway)
  })

  t.test(`refuse: standard output whose reader went away${how}`, async t => {
    const started = await start(t, { to: 'stdout', chain, onFailure: 'refuse' })
    started.gateway.child.stdout?.destroy()
    t.equal((await started.call()).status, 200)
    t.match(await started.gateway.logged('the audit can’t be written'), { err: { code: 'EPIPE' } })
    await isRefusing(t, started)
    await endsInGoodOrder(t, started.gateway)
  })
}

t.test('continue: standard output whose reader went away takes nothing but the audit with it', async t => {
  const { gateway, call, ready } = await start(t, { to: 'stdout' })
  gateway.child.stdout?.destroy()
  t.equal((await call()).status, 200)
  await gateway.logged('the audit can’t be written')
  t.equal((await call()).status, 200)
  t.equal((await ready()).status, 200)
  await endsInGoodOrder(t, gateway)
})

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

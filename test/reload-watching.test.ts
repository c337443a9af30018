/** What is changed on disk is put in force without being asked for, and what can't be served is not. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { FileWatcher } from '../src/reload/watch-files.ts'
import { rpc, toolNames } from './build.ts'
import { runPostern } from './cli/run-postern.ts'
import { keptApp } from './reload/kept-app.ts'
import { documentOf, prepare, slowBackend } from './serve-child.ts'

t.setTimeout(60_000)
const NEVER = 3_600_000
const names = async (url: string, token: string) => toolNames(await rpc(url, token, 'tools/list'))

t.test(
  'a document written in place: one line says what became of the tools, and listeners are told',
  async t => {
    const { file, token, describe } = await prepare(t, 'http://127.0.0.1:9')
    const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
    let told = 0
    kept.app.doors[0]?.toolsChanged.subscribe({ changed: () => (told += 1), closed: () => {} })
    describe(['/slow', '/new'])
    t.match(await kept.logged('reloaded'), {
      tools: 2,
      added: 1,
      removed: 1,
      changed: 0,
      names: { added: ['slow_get_new'], removed: ['slow_get_fast'] },
    })
    t.same(await names(kept.url, token), ['slow_get_slow', 'slow_get_new'])
    t.equal(told, 1)
    t.match(await kept.ready(), { ok: true, reloads: 1, reloadFailures: 0 })
  },
)

for (const watching of [{ sweep: NEVER }, { sweep: 20, notify: false }]) {
  const how = watching.notify === false ? 'where the system tells nothing' : 'as the system tells'
  t.test(`files that are replaced, ${how}`, async t => {
    const { directory, file, token, configure } = await prepare(t, 'http://127.0.0.1:9')
    const replace = (name: string, text: string) => {
      writeFileSync(join(directory, 'aside'), text)
      renameSync(join(directory, 'aside'), join(directory, name))
    }
    const kept = await keptApp(t, file, { watching })
    for (const path of ['/one', '/two']) {
      replace('openapi.json', JSON.stringify(documentOf([path])))
      await kept.logged('reloaded')
      t.same(await names(kept.url, token), [`slow_get_${path.slice(1)}`])
    }
    const prefix = (prefix: string, more = {}) =>
      configure({
        apis: [
          {
            name: 'slow',
            openapi: './openapi.json',
            upstream: 'http://127.0.0.1:9',
            tools: { prefix },
            ...more,
          },
        ],
      })
    prefix('p_')
    await kept.logged('reloaded')
    t.same(await names(kept.url, token), ['p_get_two'])

    const overlay = (description: string) =>
      stringify({
        overlay: '1.0.0',
        info: { title: 'o', version: '1' },
        actions: [{ target: '$.paths.*.get', update: { description } }],
      })
    replace('overlay.yaml', overlay('before'))
    prefix('p_', { overlays: ['./overlay.yaml'] })
    await kept.logged('reloaded')
    replace('overlay.yaml', overlay('after'))
    t.match(await kept.logged('reloaded'), { changed: 1, names: { changed: ['p_get_two'] } })
    t.match((await rpc(kept.url, token, 'tools/list')).body.result.tools, [{ description: /after/ }])
  })

  t.test(`the link \`..data\` of a mounted ConfigMap is swapped, ${how}`, async t => {
    const { directory, file, token, configure } = await prepare(t, 'http://127.0.0.1:9')
    const mounted = join(directory, 'mounted')
    const release = (name: string, paths: readonly string[]) => {
      mkdirSync(join(mounted, name), { recursive: true })
      writeFileSync(join(mounted, name, 'openapi.json'), JSON.stringify(documentOf(paths)))
      symlinkSync(name, join(mounted, '..next'))
      renameSync(join(mounted, '..next'), join(mounted, '..data'))
    }
    release('..2026_01', ['/one'])
    symlinkSync('..data/openapi.json', join(mounted, 'openapi.json'))
    configure({ apis: [{ name: 'slow', openapi: './mounted/openapi.json', upstream: 'http://127.0.0.1:9' }] })
    const kept = await keptApp(t, file, { watching })
    for (const [release_, path] of [
      ['..2026_02', '/two'],
      ['..2026_03', '/three'],
    ] as const) {
      release(release_, [path])
      await kept.logged('reloaded')
      t.same(await names(kept.url, token), [`slow_get_${path.slice(1)}`])
    }
  })
}

t.test('a file that the document refers to: changed, gone, and back', async t => {
  const { directory, file, token } = await prepare(t, 'http://127.0.0.1:9')
  const item = (operationId: string) => {
    mkdirSync(join(directory, 'paths'), { recursive: true })
    writeFileSync(
      join(directory, 'paths', 'a.json'),
      JSON.stringify({ get: { operationId, responses: { 200: { description: 'ok' } } } }),
    )
  }
  item('first')
  const document = { ...documentOf([]), paths: { '/a': { $ref: 'paths/a.json' } } }
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(document))
  const kept = await keptApp(t, file, { watching: { sweep: 50 } })
  t.same(await names(kept.url, token), ['slow_first'])
  item('second')
  await kept.logged('reloaded')
  t.same(await names(kept.url, token), ['slow_second'])
  rmSync(join(directory, 'paths'), { recursive: true })
  t.match(await kept.logged('reloaded'), { removed: 1 })
  item('third')
  await kept.logged('reloaded')
  t.same(await names(kept.url, token), ['slow_third'])
})

t.test(
  'a broken document leaves the last good one, says so once, and is forgotten when it is mended',
  async t => {
    const { directory, file, token, describe } = await prepare(t, 'http://127.0.0.1:9')
    const kept = await keptApp(t, file, { watching: { sweep: 20 } })
    const failed = 'not reloaded; the old configuration stays'
    const document = join(directory, 'openapi.json')
    writeFileSync(document, '{"openapi": "3.1.0", "paths": {')
    t.match(await kept.logged(failed), { level: 50, err: { code: 'document_invalid' } })
    const { since, ...told } = await kept.ready()
    t.match(told, { ok: false, error: 'document_invalid', reloads: 0, reloadFailures: 1 })
    t.ok(Date.parse(since) <= Date.now())
    t.equal((await names(kept.url, token)).length, 2)

    // Written again with the same mistake: it is tried, and nothing new is to be told.
    utimesSync(document, new Date(), new Date(Date.now() + 60_000))
    while (kept.app.reloads.reloadFailures < 2) await new Promise(resolve => setImmediate(resolve))
    t.equal(kept.count(failed), 1)
    await kept.keeper.reload()
    t.equal(kept.count(failed), 2, 'whoever asks for it is told')
    t.equal((await kept.ready()).since, since)

    describe(['/mended'])
    await kept.logged('reloaded')
    t.same(await names(kept.url, token), ['slow_get_mended'])
    t.match(await kept.ready(), { ok: true, reloads: 1, reloadFailures: 3 })
  },
)

t.test('a configuration with a mistake, and one that needs a restart, are told the same way', async t => {
  const { file, token, configure } = await prepare(t, 'http://127.0.0.1:9')
  const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
  const failed = 'not reloaded; the old configuration stays'
  configure({ colour: 'red' })
  t.match((await kept.logged(failed)).problems, [/colour/])
  t.match(await kept.ready(), { ok: false, error: 'configuration_invalid' })
  configure({ name: 'other' })
  t.match(await kept.logged(failed), { err: { message: /can’t change name/ } })
  t.match(await kept.ready(), { ok: false, error: 'configuration_invalid', reloadFailures: 2 })
  configure()
  await kept.logged('reloaded')
  t.match(await kept.ready(), { ok: true })
  t.equal((await names(kept.url, token)).length, 2)
})

t.test('a document that appears later than the configuration that names it', async t => {
  const { directory, file, token, configure } = await prepare(t, 'http://127.0.0.1:9')
  const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
  configure({ apis: [{ name: 'slow', openapi: './later.json', upstream: 'http://127.0.0.1:9' }] })
  await kept.logged('not reloaded; the old configuration stays')
  writeFileSync(join(directory, 'later.json'), JSON.stringify(documentOf(['/later'])))
  await kept.logged('reloaded')
  t.same(await names(kept.url, token), ['slow_get_later'])
})

t.test('with --no-watch nothing is read before somebody asks', async t => {
  const { directory, file, describe } = await prepare(t, 'http://127.0.0.1:9')
  const kept = await keptApp(t, file, { watch: false, watching: { sweep: 10 } })
  const document = join(directory, 'openapi.json')
  const changed = Promise.withResolvers<void>()
  const other = new FileWatcher(changed.resolve, { sweep: 10 })
  t.teardown(() => other.close())
  other.watch(new Map([[document, 'as it was']]))
  describe(['/other'])
  await changed.promise
  t.equal(kept.app.reloads.reloads, 0)
  await kept.keeper.reload()
  t.equal(kept.app.reloads.reloads, 1)
})

t.test('hundreds of calls across five reloads, and not one fails', async t => {
  const backend = await slowBackend(t)
  const { file, token, describe } = await prepare(t, backend.url)
  const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
  const held = Array.from({ length: 100 }, () =>
    rpc(kept.url, token, 'tools/call', { name: 'slow_get_slow' }),
  )
  await backend.arrived(100)
  const failures: unknown[] = []
  let isBusy = true
  let calls = 0
  const load = Array.from({ length: 16 }, async () => {
    while (isBusy) {
      const { status, body } = await rpc(kept.url, token, 'tools/call', { name: 'slow_get_fast' })
      calls += 1
      if (status !== 200 || body.result?.isError !== false) failures.push({ status, body })
    }
  })
  for (let round = 1; round <= 5; round++) {
    const before = calls
    describe(['/fast', '/slow', `/new${round}`])
    await kept.logged('reloaded')
    while (calls < before + 100) await Promise.race([...load, new Promise(resolve => setImmediate(resolve))])
  }
  isBusy = false
  await Promise.all(load)
  backend.release()
  const answers = await Promise.all(held)
  t.same(failures, [])
  t.ok(calls >= 500, `${calls} calls`)
  t.equal(kept.app.reloads.reloads, 5)
  t.ok(answers.every(({ status, body }) => status === 200 && body.result.isError === false))
})

t.test('a tool that becomes riskier is hidden until the lock file approves it', async t => {
  const { directory, file, token, configure } = await prepare(t, 'http://127.0.0.1:9')
  configure({
    apis: [{ name: 'slow', openapi: './openapi.json', upstream: 'http://127.0.0.1:9', approve: 'riskier' }],
  })
  const lock = runPostern(['--config', file, 'lock'])
  t.equal(lock.status, 0, lock.stderr)
  const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
  let told = 0
  kept.app.doors[0]?.toolsChanged.subscribe({ changed: () => (told += 1), closed: () => {} })
  t.same(await names(kept.url, token), ['slow_get_fast', 'slow_get_slow'])

  const document = documentOf(['/fast', '/slow']) as { paths: Record<string, { get: object }> }
  Object.assign(document.paths['/fast']?.get ?? {}, { 'x-mcp': { tier: 'manage' } })
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(document))
  t.match(await kept.logged('reloaded'), { removed: 1, names: { removed: ['slow_get_fast'] } })
  const [reason] = (await kept.logged('a tool is hidden until it is approved')).reasons
  t.match(
    reason,
    /^riskier than the lock file says: its tier is manage, it was read; `postern lock --approve/,
  )
  t.same(await names(kept.url, token), ['slow_get_slow'])
  t.equal(told, 1)
  const refused = await rpc(kept.url, token, 'tools/call', { name: 'slow_get_fast' })
  t.ok(refused.body.error !== undefined || refused.body.result.isError)
  kept.app.audit.flush()
  const audited = readFileSync(join(directory, 'audit.log'), 'utf8').trim().split('\n')
  t.match(JSON.parse(audited.at(-1) ?? ''), { tool: 'slow_get_fast', outcome: 'error' })

  const [, name = ''] = /--approve (\S+?)`/.exec(reason) ?? []
  const approved = runPostern(['--config', file, 'lock', '--approve', name])
  t.equal(approved.status, 0, approved.stderr)
  t.match(await kept.logged('reloaded'), { added: 1, names: { added: ['slow_get_fast'] } })
  t.same(await names(kept.url, token), ['slow_get_fast', 'slow_get_slow'])
  t.equal(told, 2)
})

t.test('a tool that becomes riskier where nothing is held back is warned of', async t => {
  const { directory, file } = await prepare(t, 'http://127.0.0.1:9')
  const kept = await keptApp(t, file, { watching: { sweep: NEVER } })
  const document = documentOf(['/fast', '/slow']) as { paths: Record<string, { get: object }> }
  Object.assign(document.paths['/slow']?.get ?? {}, { 'x-mcp': { tier: 'write' } })
  writeFileSync(join(directory, 'openapi.json'), JSON.stringify(document))
  t.match(await kept.logged('a tool is riskier than before'), {
    level: 40,
    tool: 'slow_get_slow',
    operation: 'GET /slow',
    risks: [/its tier is write, it was read/],
  })
})

import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import { PosternError } from '../../src/errors.ts'
import { configurationFiles, keepCurrent } from '../../src/reload/keep-current.ts'
import { ReloadStatus } from '../../src/reload/reload-status.ts'
import { watchedLog } from './kept-app.ts'

/** An app whose reloads the test lets end. */
function fakeApp(t: Test) {
  const config = { apis: [], listen: {}, prompts: [], directory: t.testdir() } as unknown as Config
  const turns: PromiseWithResolvers<void>[] = []
  const started: (() => void)[] = []
  const watched = watchedLog()
  const app = {
    config,
    reads: new Map(),
    reloads: new ReloadStatus(),
    log: watched.log,
    reload: () => {
      const turn = Promise.withResolvers<void>()
      turns.push(turn)
      for (const resolve of started.splice(0)) resolve()
      return turn.promise
    },
  }
  let loads = 0
  const load = () => {
    loads += 1
    return config
  }
  const keeper = keepCurrent(app, { load, seen: new Map(), watch: false })
  const nextTurn = () => new Promise<void>(resolve => started.push(resolve))
  return { ...watched, app, keeper, turns, nextTurn, loads: () => loads }
}

t.test('whoever asks while a reload runs gets one more, together', async t => {
  const { keeper, turns, nextTurn, loads } = fakeApp(t)
  const first = nextTurn()
  const running = keeper.reload()
  await first
  const later = Array.from({ length: 10 }, () => keeper.reload())
  t.equal(turns.length, 1)
  const second = nextTurn()
  turns[0]?.resolve()
  await running
  await second
  turns[1]?.resolve()
  await Promise.all(later)
  t.equal(turns.length, 2)
  t.equal(loads(), 2, 'and the configuration is read when its turn comes')
})

t.test('a reload that the shutdown refuses is neither a failure nor told', async t => {
  const { keeper, turns, nextTurn, app, lines } = fakeApp(t)
  const first = nextTurn()
  const running = keeper.reload()
  await first
  turns[0]?.reject(new PosternError('shutting_down'))
  await running
  t.equal(app.reloads.reloadFailures, 0)
  t.same(lines, [])
})

t.test('after close nothing is read', async t => {
  const { keeper, turns, loads } = fakeApp(t)
  keeper.close()
  await keeper.reload()
  t.equal(turns.length + loads(), 0)
})

t.test('what no reload can be ready for is told as such, and the next one is served', async t => {
  const { keeper, turns, nextTurn, app, logged } = fakeApp(t)
  const first = nextTurn()
  const running = keeper.reload()
  await first
  turns[0]?.reject(new TypeError('of its own'))
  await running
  t.match(await logged('not reloaded; the old configuration stays'), { err: { type: 'TypeError' } })
  t.equal(app.reloads.failure?.code, 'internal_error')
  const second = nextTurn()
  const again = keeper.reload()
  await second
  turns[1]?.resolve()
  await again
  t.equal(app.reloads.reloadFailures, 1)
})

t.test('the lock file is beside the configuration', async t => {
  const directory = t.testdir()
  t.same(configurationFiles(join(directory, 'acme.yaml')), [
    join(directory, 'acme.yaml'),
    join(directory, 'acme.lock.json'),
  ])
})

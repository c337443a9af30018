import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fileSignatures } from '../../src/reload/file-signatures.ts'
import { FileWatcher, type WatchOptions } from '../../src/reload/watch-files.ts'

/** A watcher and what waits for its next word. */
function watcher(t: Test, options: WatchOptions) {
  let told = Promise.withResolvers<void>()
  let count = 0
  const watching = new FileWatcher(() => {
    count += 1
    told.resolve()
  }, options)
  // The watcher's own timers keep no process alive.
  const alive = setInterval(() => {}, 1_000)
  t.teardown(() => {
    clearInterval(alive)
    watching.close()
  })
  return {
    watching,
    count: () => count,
    async changed() {
      await told.promise
      told = Promise.withResolvers()
    },
  }
}

t.test('a file that changed before it was watched has changed', async t => {
  const file = join(t.testdir({ a: '1' }), 'a')
  const seen = await fileSignatures([file])
  writeFileSync(file, '22')
  const { watching, changed } = watcher(t, { sweep: 3_600_000, notify: false })
  watching.watch(seen)
  await changed()
})

t.test('one change is told once, though nobody says that it is known', async t => {
  const directory = t.testdir({ a: '1', b: '1' })
  const [a, b] = [join(directory, 'a'), join(directory, 'b')]
  const { watching, changed, count } = watcher(t, { sweep: 10 })
  watching.watch(await fileSignatures([a, b]))
  writeFileSync(a, '22')
  await changed()
  const other = watcher(t, { sweep: 10 })
  other.watching.watch(new Map([[a, 'another']]))
  await other.changed()
  t.equal(count(), 1)
  rmSync(b)
  await changed()
  t.equal(count(), 2)
})

t.test('a folder that is not there yet', async t => {
  const directory = t.testdir()
  const file = join(directory, 'later', 'a')
  const { watching, changed } = watcher(t, { sweep: 20 })
  watching.watch(await fileSignatures([file]))
  mkdirSync(join(directory, 'later'))
  writeFileSync(file, '1')
  await changed()
})

t.test('other files of the folder, such as the audit, are no change', async t => {
  const directory = t.testdir({ a: '1' })
  const { watching, changed, count } = watcher(t, { sweep: 3_600_000 })
  watching.watch(await fileSignatures([join(directory, 'a')]))
  for (let line = 0; line < 100; line++) writeFileSync(join(directory, 'audit.log'), 'x', { flag: 'a' })
  writeFileSync(join(directory, 'a'), '22')
  await changed()
  t.equal(count(), 1)
})

t.test('where other files change all the time, its own are still noticed, replaced or written', async t => {
  const directory = t.testdir({ a: '1' })
  const file = join(directory, 'a')
  const { watching, changed } = watcher(t, { sweep: 3_600_000, noisy: 5 })
  const makeNoise = async () => {
    for (let line = 0; line < 200; line++) {
      writeFileSync(join(directory, `audit${line % 2}`), 'x', { flag: 'a' })
      await nextTurn()
    }
  }
  for (const change of [
    () => writeFileSync(file, '22'),
    () => {
      writeFileSync(join(directory, 'aside'), '333')
      renameSync(join(directory, 'aside'), file)
    },
  ]) {
    watching.watch(await fileSignatures([file]))
    await makeNoise()
    change()
    await changed()
  }
})

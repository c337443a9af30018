import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { LineWriter } from '../../src/audit/line-writer.ts'

async function open(t: Test, target: string, more: { mostBytes?: number } = {}) {
  const errors: Error[] = []
  const recoveries: number[] = []
  const writer = await LineWriter.open({
    target,
    onError: error => errors.push(error),
    onRecovered: lost => recoveries.push(lost),
    ...more,
  })
  t.teardown(() => writer.close())
  return { writer, errors, recoveries }
}

t.test('makes the file and its folder for the owner alone, appends, and writes whole on close', async t => {
  const file = join(t.testdir(), 'deep', 'er', 'audit.log')
  const first = await open(t, file)
  first.writer.write('one')
  first.writer.write('two – ü')
  t.equal(readFileSync(file, 'utf8'), '', 'gathered first')
  await first.writer.close()
  t.equal(readFileSync(file, 'utf8'), 'one\ntwo – ü\n')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(join(file, '..')).mode & 0o077, 0)
  const second = await open(t, file)
  second.writer.write('three')
  await second.writer.close()
  t.equal(readFileSync(file, 'utf8'), 'one\ntwo – ü\nthree\n')
  second.writer.write('too late')
  second.writer.flush()
  await second.writer.close()
  t.equal(
    readFileSync(file, 'utf8'),
    'one\ntwo – ü\nthree\n',
    'closing again and writing after it are harmless',
  )
})

t.test('flush writes before it returns', async t => {
  const file = join(t.testdir(), 'audit.log')
  const { writer } = await open(t, file)
  writer.write('one')
  writer.flush()
  t.equal(readFileSync(file, 'utf8'), 'one\n')
  writer.flush()
  t.equal(readFileSync(file, 'utf8'), 'one\n')
})

t.test('many lines come out whole and in order, whatever is flushed in between', async t => {
  const file = join(t.testdir(), 'audit.log')
  const { writer, errors } = await open(t, file)
  const lines = Array.from({ length: 5_000 }, (_, index) => `${index} ${'x'.repeat(index % 97)}`)
  for (const line of lines) writer.write(line)
  await writer.close()
  t.same(readFileSync(file, 'utf8').trimEnd().split('\n'), lines)
  t.same(errors, [])
})

t.test('a flush while a write is under way loses and repeats nothing', async t => {
  const file = join(t.testdir(), 'audit.log')
  const { writer } = await open(t, file)
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${'y'.repeat(50)}`)
  for (const [index, line] of lines.entries()) {
    writer.write(line)
    if (index % 500 === 499) writer.flush()
    if (index % 700 === 699) await new Promise(resolve => setImmediate(resolve))
  }
  await writer.close()
  t.same(readFileSync(file, 'utf8').trimEnd().split('\n').sort(), [...lines].sort())
})

t.test('a file that can’t be opened is an error at the start', async t => {
  const folder = t.testdir({ file: '' })
  await t.rejects(open(t, folder), { code: 'EISDIR' })
  await t.rejects(open(t, join(folder, 'file', 'audit.log')), /ENOTDIR|EEXIST/)
})

t.test(
  'a full disk: reported once, nothing hangs, memory is bounded',
  { skip: !existsSync('/dev/full') },
  async t => {
    const { writer, errors } = await open(t, '/dev/full', { mostBytes: 20_000 })
    for (let index = 0; index < 2_000; index++) {
      writer.write('x'.repeat(99))
      if (index % 100 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    const start = performance.now()
    writer.flush()
    writer.flush()
    await writer.close()
    t.ok(performance.now() - start < 1_500, 'gave up at once')
    t.match(errors, [{ code: 'ENOSPC' }])
    t.equal(errors.length, 1)
  },
)

t.test('after a failure it writes again, says so, and counts what was lost', async t => {
  const folder = t.testdir()
  const file = join(folder, 'audit.log')
  const { writer, errors, recoveries } = await open(t, file, { mostBytes: 300 })
  // The file's place becomes a folder: opening it anew fails, and the old file stays in use.
  renameSync(file, join(folder, 'moved'))
  mkdirSync(file)
  await writer.reopen()
  t.match(errors, [{ code: 'EISDIR' }])
  for (let index = 0; index < 5; index++) writer.write('z'.repeat(99))
  writer.flush()
  t.same(recoveries, [2], 'three lines of 100 bytes fit')
  const written = () => readFileSync(join(folder, 'moved'), 'utf8').length
  // The writer's own timer may have begun to write just before; what it has begun it ends by itself.
  while (written() < 300) await new Promise(resolve => setImmediate(resolve))
  t.equal(written(), 300)
})

t.test(
  'it takes nothing new once three quarters of the room are used, and again when they are free',
  async t => {
    const { writer } = await open(t, join(t.testdir(), 'audit.log'), { mostBytes: 1_000 })
    for (let index = 0; index < 7; index++) writer.write('z'.repeat(99))
    t.equal(writer.isTaking, true)
    writer.write('z'.repeat(99))
    t.equal(writer.isTaking, false)
    writer.flush()
    t.equal(writer.isTaking, true)
    await writer.close()
    t.equal(writer.isTaking, false)
  },
)

t.test('a place that can’t be opened anew is no failure to write', async t => {
  const folder = t.testdir()
  const file = join(folder, 'audit.log')
  const { writer, errors } = await open(t, file)
  renameSync(file, join(folder, 'moved'))
  mkdirSync(file)
  await writer.reopen()
  t.match(errors, [{ code: 'EISDIR' }])
  t.equal(writer.isTaking, true)
})

t.test('reopen follows a rotation', async t => {
  const folder = t.testdir()
  const file = join(folder, 'audit.log')
  const { writer } = await open(t, file)
  writer.write('old')
  writer.flush()
  renameSync(file, join(folder, 'audit.log.1'))
  await writer.reopen()
  writer.write('new')
  await writer.close()
  t.equal(readFileSync(join(folder, 'audit.log.1'), 'utf8'), 'old\n')
  t.equal(readFileSync(file, 'utf8'), 'new\n')
  t.equal(statSync(file).mode & 0o777, 0o600)
})

t.test('a crash loses nothing that was written before it', async t => {
  const folder = t.testdir()
  const source = fileURLToPath(new URL('../../src/audit/line-writer.ts', import.meta.url))
  const script = join(folder, 'crash.mjs')
  writeFileSync(
    script,
    `import { LineWriter } from ${JSON.stringify(source)}
const writer = await LineWriter.open({ target: ${JSON.stringify(join(folder, 'audit.log'))}, onError() {}, onRecovered() {} })
writer.write('last words')
throw new Error('crash')`,
  )
  t.equal(spawnSync(process.execPath, [script]).status, 1)
  t.equal(readFileSync(join(folder, 'audit.log'), 'utf8'), 'last words\n')
})

t.test('a reader that goes away does not end the process, nor the end of the process', async t => {
  const folder = t.testdir()
  const source = fileURLToPath(new URL('../../src/audit/line-writer.ts', import.meta.url))
  const script = join(folder, 'pipe.mjs')
  writeFileSync(
    script,
    `import { LineWriter } from ${JSON.stringify(source)}
const errors = []
const writer = await LineWriter.open({ target: 1, onError: error => errors.push(error.code), onRecovered() {} })
for (let i = 0; i < 200_000 && errors.length === 0; i++) {
  writer.write('x'.repeat(200))
  if (i % 50 === 0) await new Promise(resolve => setImmediate(resolve))
}
await writer.close()
process.stderr.write(errors.join())`,
  )
  const shell = `${JSON.stringify(process.execPath)} ${JSON.stringify(script)} | head -c 10 > /dev/null; exit \${PIPESTATUS[0]}`
  const { status, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8', timeout: 30_000 })
  t.equal(stderr, 'EPIPE')
  t.equal(status, 0)
})

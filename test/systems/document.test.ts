/** What is said of the five systems is what their files hold: promises, lengths, and that the sources know none. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import {
  configurationLines,
  listPromises,
  readPromises,
  type ShownPromise,
  SYSTEMS,
  suiteOf,
  systemsDocument,
} from '../../scripts/systems.ts'

const ROOT = join(import.meta.dirname, '../..')
const NAMES = SYSTEMS.map(({ system }) => system)
const MOST_LINES = 80
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const listed: readonly ShownPromise[] = JSON.parse(read('docs/systems.json'))

/** By system: variables that its configuration asks for and that have no default. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

t.test('docs/systems.json lists every promise of the suites, and no other, and all of them pass', async t => {
  const promised = listPromises(NAMES).map(entry => ({ ...entry, passes: true }))
  t.same(listed, promised, 'node scripts/write-systems.ts writes it')
  for (const { system, document } of SYSTEMS) {
    const own = promised.filter(entry => entry.system === system)
    t.ok(own.length > 0, `${system} promises something`)
    t.same([...new Set(own.map(entry => entry.document))], [document], `${system} quotes its document`)
    t.equal(new Set(own.map(({ promise }) => promise)).size, own.length, `${system} promises nothing twice`)
  }
})

t.test('docs/systems.md says the same', async t => {
  t.equal(read('docs/systems.md'), systemsDocument(listed), 'node scripts/write-systems.ts writes it')
})

t.test('no test of a system is left out', async t => {
  for (const file of NAMES.flatMap(suiteOf)) {
    t.notMatch(read(file), /\b(?:skip|todo|only)\b\s*[:(]/, file)
  }
})

t.test('a promise that is not written as a literal is not overlooked', async t => {
  t.same(readPromises("promise(t, '004', 'it\\'s so', async t => {})\n"), [
    { document: '004', promise: "it's so" },
  ])
  t.throws(() => readPromises('promise(t, document, words, show)'), /literals/)
})

t.test('no source names a system', async t => {
  const names = new RegExp(NAMES.join('|'), 'i')
  for (const path of globSync('src/**/*', { cwd: ROOT, withFileTypes: true })) {
    if (!path.isFile()) continue
    const file = join(path.parentPath, path.name)
    const found = names.exec(file.slice(ROOT.length)) ?? names.exec(readFileSync(file, 'utf8'))
    if (found !== null) t.fail(`${file.slice(ROOT.length)} names ${found[0]}`)
  }
  t.pass()
})

for (const name of NAMES) {
  t.test(`config/${name}.yaml is short, and in good order without what is secret`, async t => {
    const lines = configurationLines(name) ?? Number.POSITIVE_INFINITY
    t.ok(lines <= MOST_LINES, `${lines} lines without comments; ${MOST_LINES} are allowed`)
    const { code, stdout, stderr } = await check(name)
    t.equal(code, 0, stderr)
    const { operations, documents, warnings } = JSON.parse(stdout)
    t.same(
      documents.flatMap(({ messages }: { messages: string[] }) => messages),
      [],
    )
    t.same(warnings, [])
    t.same(
      operations.filter(({ outcome }: { outcome: string }) => /skipped|degraded/.test(outcome)),
      [],
    )
  })
}

/** `postern check`, with nothing in the environment but what the file can't do without. */
async function check(name: string) {
  const args = ['bin/postern.js', '--config', `config/${name}.yaml`, 'check', '--json']
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...REQUIRED[name] },
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

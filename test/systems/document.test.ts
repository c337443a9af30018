/** What is said of the five systems is what their files hold: promises, lengths, and that the sources know none. */
import { generateKeyPairSync } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import { loadConfig } from '../../src/config/load.ts'
import { refuseUnmatchedLimits } from '../../src/limits/refuse-unmatched-limits.ts'

const ROOT = join(import.meta.dirname, '../..')
const NAMES = SYSTEMS.map(({ system }) => system)
const MOST_LINES = 80
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const listed: readonly ShownPromise[] = JSON.parse(read('docs/systems.json'))

/** By system: variables that its configuration asks for and that have no default. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // The files of the certificate are no part of the project.
  luciq: { TLS_TERMINATED_BY: 'proxy' },
  lumen: { LUMEN_SIGNING_KEY: signingKey() },
  lumos: { LUMOS_OIDC_SECRET: 'a secret', LUMOS_SIGNING_KEY: signingKey() },
  lucent: { LUCENT_OIDC_SECRET: 'a secret', LUCENT_SIGNING_KEY: signingKey() },
}

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

// What `postern check` does, without five processes.
for (const name of NAMES) {
  t.test(`config/${name}.yaml is short, and in good order without what is secret`, async t => {
    const lines = configurationLines(name) ?? Number.POSITIVE_INFINITY
    t.ok(lines <= MOST_LINES, `${lines} lines without comments; ${MOST_LINES} are allowed`)
    const config = loadConfig(join(ROOT, 'config', `${name}.yaml`), { env: REQUIRED[name] ?? {} })
    const { catalogue, remarks } = await loadCatalogue(config, { validate: true })
    refuseUnmatchedLimits(config, catalogue)
    t.same(
      remarks.flatMap(({ messages }) => messages),
      [],
    )
    t.same(catalogue.warnings, [])
    t.same(
      catalogue.report.filter(({ outcome }) => outcome === 'skipped' || outcome === 'degraded'),
      [],
    )
  })
}

function signingKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

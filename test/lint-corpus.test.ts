/** `postern lint` and `postern check` finish on every document of the corpus, and account for every operation. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { CLIENT_NAMES, judgeClients } from '../src/catalogue/lint/client-verdict.ts'
import { lintCatalogue, lintedOperations } from '../src/catalogue/lint/lint-catalogue.ts'
import { writeOverlay } from '../src/catalogue/lint/write-overlay.ts'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { comparedTools, compareTools, lockedTools } from '../src/catalogue/lock/compare-tools.ts'
import { parseLock } from '../src/catalogue/lock/parse-lock.ts'
import { renderLock } from '../src/catalogue/lock/render-lock.ts'
import { updateLock } from '../src/catalogue/lock/update-lock.ts'
import { renderReport } from '../src/cli/check.ts'
import { loadTokenCounter } from '../src/cli/count-tokens.ts'
import { measureLists } from '../src/cli/lint/measure-lists.ts'
import { loadConfig } from '../src/config/load.ts'

const corpus = resolve(import.meta.dirname, '../../shared/corpus')
const isMissing = existsSync(corpus) ? false : `there is no ${corpus}; these tests need it`
t.setTimeout(600_000)

for (const name of isMissing === false ? documentsOf(corpus) : ['none']) {
  t.test(name, { skip: isMissing }, async t => {
    const file = join(t.testdir(), 'postern.yaml')
    const api = {
      name: 'corpus',
      openapi: join(corpus, name),
      upstream: 'http://127.0.0.1:9',
      approve: 'riskier',
    }
    writeFileSync(file, stringify({ name: 'acme', apis: [api], auth: [{ type: 'token' }] }))
    const config = loadConfig(file)
    const started = performance.now()
    const { catalogue, documents } = await loadCatalogue(config, { validate: true })
    const source = { config, catalogue, documents }
    const findings = lintCatalogue(source)
    const told = new Set(findings.map(({ pointer }) => pointer))
    for (const { outcome, pointer } of catalogue.report) {
      if (outcome !== 'exposed' && !told.has(pointer)) t.fail(`${pointer} is ${outcome}, and nobody says why`)
    }
    t.ok(
      findings.every(({ message, severity, fix }) => message !== '' && (severity === 'info' || fix !== '')),
      'errors and warnings have a fix',
    )
    const [list] = measureLists(config, catalogue, undefined, await loadTokenCounter())
    t.equal(list?.tools.length, catalogue.tools.length)
    t.ok(catalogue.tools.length === 0 || (list?.tokens ?? 0) > 20 * catalogue.tools.length)
    for (const { client, problems } of judgeClients(
      CLIENT_NAMES,
      [{ path: '/mcp', profile: 'auto', tools: catalogue.tools }],
      'acme',
    )) {
      t.same(problems.slice(0, 3), [], `${client} takes every tool`)
    }
    const overlay = writeOverlay('x', lintedOperations(source), catalogue)
    t.ok(Array.isArray(overlay.actions))
    t.match(renderReport(catalogue.report, true), new RegExp(`^${catalogue.report.length} operations: `, 'm'))

    const { lock } = updateLock(undefined, catalogue, config.apis, () => false)
    const again = parseLock(renderLock(lock), 'postern.lock.json')
    const { changed, added, removed } = compareTools(
      lockedTools(again),
      comparedTools(catalogue, config.apis),
    )
    t.same(
      [changed.slice(0, 2), added.slice(0, 2), removed.slice(0, 2)],
      [[], [], []],
      'the lock file knows every tool',
    )
    writeFileSync(join(config.directory, 'postern.lock.json'), renderLock(lock))
    const locked = await loadCatalogue(config)
    t.same(
      locked.catalogue.tools.map(tool => tool.name),
      catalogue.tools.map(tool => tool.name),
      'and holds none back',
    )
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    t.comment(`${name}: ${findings.length} findings, ${list?.tokens} tokens, ${seconds} s`)
  })
}

/** Documents, and no files that are parts of others. */
function documentsOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(json|ya?ml)$/.test(name))
    .filter(name => /^\s*["']?(openapi|swagger)["']?\s*:/m.test(readFileSync(join(directory, name), 'utf8')))
    .sort()
}

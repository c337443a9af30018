import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** One of the five known systems. */
export interface KnownSystem {
  /** Name of its files: `config/<system>.yaml`. */
  readonly system: string
  readonly title: string
  /** Number of its document. */
  readonly document: string
  /** What its configuration looks like, in a sentence. */
  readonly configuration: string
}

/** In the order of the issue that asked for them. */
export const SYSTEMS: readonly KnownSystem[] = [
  {
    system: 'lucanto',
    title: 'Lucanto',
    document: '004',
    configuration:
      'One `bearer` scheme that the product verifies, `credentials: forward` and a pass-through, so that its personal access tokens mean the same at the tools and at the REST API.',
  },
  {
    system: 'luciq',
    title: 'Luciq',
    document: '003',
    configuration:
      'One `headers` scheme for `Email` and `Token`, forwarded to the cluster of the caller’s organisation, behind TLS of the gateway’s own.',
  },
  {
    system: 'lumen',
    title: 'Lumen',
    document: '002',
    configuration:
      'Nine tools under their own names, machine clients with tokens of fifteen minutes, gates by role after the scopes, a daily budget, and the product’s own error codes.',
  },
  {
    system: 'lumos',
    title: 'Lumos',
    document: '001',
    configuration:
      'Two servers of one API, an `oauth` scheme whose consent explains two declared scopes, and tools that depend on roles and on flags asked of the product.',
  },
  {
    system: 'lucent',
    title: 'Lucent',
    document: '000',
    configuration:
      'Only what reads, with `oauth` and `token` on one endpoint, and the organisation of every query bound to the credential.',
  },
]

/** A promise, and the test that shows it. */
export interface Promised {
  readonly system: string
  readonly promise: string
  readonly document: string
  /** File of the test, from the project's root; the test is called `<document>: <promise>`. */
  readonly test: string
}

/** A promise with what became of its test. */
export interface ShownPromise extends Promised {
  readonly passes: boolean
}

/** Test files of a system, from the project's root. */
export function suiteOf(system: string): readonly string[] {
  return globSync(`test/systems/${system}/**/*.test.ts`, { cwd: ROOT })
    .map(path => path.replaceAll('\\', '/'))
    .toSorted()
}

/** Every promise that the files of the suites name, system by system, as they stand there. */
export function listPromises(systems: readonly string[]): readonly Promised[] {
  return systems.flatMap(system =>
    suiteOf(system).flatMap(test =>
      readPromises(readFileSync(join(ROOT, test), 'utf8')).map(found => ({ system, ...found, test })),
    ),
  )
}

/**
 * The promises of one test file: `promise(t, '004', '…', …)`.
 *
 * @throws Error for a call whose document or words are no literals; a list can't be compared with what only a run knows
 */
export function readPromises(source: string): readonly Pick<Promised, 'promise' | 'document'>[] {
  const found = [...source.matchAll(PROMISE)].map(([, document = '', single, double]) => ({
    promise: (single ?? double ?? '').replace(/\\(.)/g, '$1'),
    document,
  }))
  const calls = source.match(/\bpromise\(/g)?.length ?? 0
  if (calls !== found.length) throw new Error(`${calls - found.length} promises are not written as literals`)
  return found
}

const PROMISE = /\bpromise\(\s*t,\s*'(\d{3})',\s*(?:'((?:\\.|[^'\\\n])+)'|"((?:\\.|[^"\\\n])+)"),/g

/** Lines of a configuration that are neither empty nor comments; undefined where there is no such file. */
export function configurationLines(system: string): number | undefined {
  const file = join(ROOT, 'config', `${system}.yaml`)
  if (!existsSync(file)) return undefined
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => !/^\s*(#|$)/.test(line)).length
}

/** `docs/systems.md`. */
export function systemsDocument(promises: readonly ShownPromise[]): string {
  const rows = SYSTEMS.map(({ system, title, configuration }) => {
    const own = promises.filter(entry => entry.system === system)
    const kept = own.filter(({ passes }) => passes).length
    const lines = configurationLines(system)
    const file = lines === undefined ? '–' : `[${system}.yaml](../config/${system}.yaml)`
    return `| [${title}](#${system}) | ${file} | ${lines ?? '–'} | ${kept} of ${own.length} | ${configuration} |`
  })
  const sections = SYSTEMS.flatMap(({ system, title, document }) => {
    const own = promises.filter(entry => entry.system === system)
    return own.length === 0 ? [] : section(title, document, own)
  })
  return [...INTRODUCTION, ...HEAD, ...rows, ...sections, ''].join('\n')
}

function section(title: string, document: string, promises: readonly ShownPromise[]): readonly string[] {
  const rows = promises.map(({ promise, test, passes }) => {
    const name = test.replace(/^test\/systems\/(.*)\.test\.ts$/, '$1')
    return `| ${promise.replaceAll('|', '\\|')} | [${name}](../${test}) | ${passes ? 'yes' : '**no**'} |`
  })
  return [
    '',
    `## ${title}`,
    '',
    `Document ${document}.`,
    '',
    '| promise | test | passes |',
    '| --- | --- | --- |',
    ...rows,
  ]
}

const INTRODUCTION = [
  '# Five known systems',
  '',
  '<!-- Generated by scripts/write-systems.ts from a run of test/systems; the promises are the names of the tests. -->',
  '',
  'Five products that built an MCP server by hand, each as one configuration of Postern. Every suite starts the product’s',
  'backend (`node test/systems/<system>/backend.ts` runs it by hand) and `postern serve` with the file as it is; what is',
  'secret, and where things are, comes from the environment. Each promise of a product’s public document is a test with',
  'that name. [systems.json](systems.json) holds the same list for programs.',
  '',
]
const HEAD = ['| system | configuration | lines | promises kept | how |', '| --- | --- | ---: | ---: | --- |']

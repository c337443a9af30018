/** Imports point left only (ARCHITECTURE.md, "Rooms"), there is no cycle, and I/O stays at its address. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** Left to right; rooms on one line may not import each other. */
const ORDER: readonly (readonly string[])[] = [
  ['in-turns', 'oauth-errors', 'tell-seldom', 'transport-errors'],
  ['errors'],
  ['config'],
  ['store'],
  ['catalogue'],
  ['auth'],
  ['policy'],
  ['limits'],
  ['elicitation'],
  ['mcp'],
  ['upstream'],
  ['result'],
  ['bridge'],
  ['audit'],
  ['call-tool'],
  ['console'],
  ['bundle'],
  ['oauth'],
  ['publication'],
  ['admin'],
  ['log', 'idle-connections'],
  ['tls-server'],
  ['http-server'],
  ['open-entitlements'],
  ['assemble'],
  [
    'current-rooms',
    'open-admin',
    'open-bundles',
    'open-connect-page',
    'open-door',
    'open-legacy-addresses',
    'open-oauth',
    'open-passthrough',
    'open-publication',
  ],
  ['reload'],
  ['health'],
  ['app'],
  ['server'],
  ['cli'],
]
/** Rooms that stand apart: `demo` is a product of its own, which only the command line starts. */
const APART = new Set(['demo'])

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join(SRC, name))

t.test('every file is in a known room', async t => {
  for (const file of files) t.ok(rank(room(file)) >= 0 || APART.has(room(file)), relative(SRC, file))
})

t.test('imports point left only', async t => {
  for (const file of files) {
    for (const target of importsOf(file)) {
      const [from, to] = [room(file), room(target)]
      const apart = APART.has(from) ? from === to : APART.has(to) ? from === 'cli' : true
      const leftward = from === to || rank(to) < rank(from) || (APART.has(to) && from === 'cli')
      t.ok(apart && leftward, `${relative(SRC, file)} (${from}) → ${relative(SRC, target)} (${to})`)
    }
  }
})

t.test('there is no import cycle', async t => {
  const done = new Set<string>()
  const walk = (file: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const target of importsOf(file, { values: true })) {
      const cycle = walk(target, [...trail, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of files) {
    t.same(walk(file, [])?.map(name => relative(SRC, name)) ?? [], [], relative(SRC, file))
  }
})

t.test('I/O has an address', async t => {
  const rules: readonly { what: RegExp; allowed: RegExp }[] = [
    { what: /process\.env/, allowed: /^config\/(load|environment)\.ts$/ },
    { what: /from 'ioredis'/, allowed: /^store\/redis\// },
    { what: /from 'node:sqlite'/, allowed: /^store\/sqlite\/|^demo\// },
    {
      what: /from 'undici'/,
      allowed:
        /^upstream\/|^catalogue\/document\/(load|fetch)-document\.ts$|^auth\/(jwt\/fetch-json|introspection\/post-form)\.ts$|^oauth\/(clients\/fetch-document|sign-in\/provider-fetch)\.ts$/,
    },
    { what: /\bfetch\(/, allowed: /^catalogue\/document\/(load|fetch)-document\.ts$|^bridge\/|^cli\// },
  ]
  for (const file of files) {
    const name = relative(SRC, file).split(sep).join('/')
    const code = withoutComments(readFileSync(file, 'utf8'))
    for (const { what, allowed } of rules) {
      if (what.test(code)) t.match(name, allowed, `${name} uses ${what.source}`)
    }
  }
})

t.test('the checks above can fail', async t => {
  t.equal(room(join(SRC, 'mcp', 'endpoint.ts')), 'mcp')
  t.equal(room(join(SRC, 'call-tool.ts')), 'call-tool')
  t.ok(rank('mcp') < rank('upstream'))
  t.same(specifiers("import type { A } from './a.ts'\nimport b from './b.ts'\nawait import('./c.ts')"), [
    { path: './a.ts', typeOnly: true },
    { path: './b.ts', typeOnly: false },
    { path: './c.ts', typeOnly: false },
  ])
})

function room(file: string): string {
  const [first = ''] = relative(SRC, file).split(sep)
  return first.replace(/\.ts$/, '')
}

function rank(name: string): number {
  return ORDER.findIndex(rooms => rooms.includes(name))
}

function importsOf(file: string, options: { values?: boolean } = {}): string[] {
  return specifiers(withoutComments(readFileSync(file, 'utf8')))
    .filter(specifier => specifier.path.startsWith('.') && !(options.values && specifier.typeOnly))
    .map(specifier => resolve(dirname(file), specifier.path))
    .filter(path => path.startsWith(SRC) && path.endsWith('.ts'))
}

function specifiers(code: string): { path: string; typeOnly: boolean }[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g
  return [...code.matchAll(pattern)].map(match => ({
    path: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

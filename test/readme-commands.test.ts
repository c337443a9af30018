/**
 * The README's sessions are real: every command of its `console` blocks is run, in order, in a directory that
 * looks like a clone, and must print the lines that the README shows, apart from ports, tokens, ids and times.
 * The commands of its `sh` blocks must be scripts of the project.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

interface Command {
  readonly line: string
  readonly expected: readonly string[]
}

const sessions = blocks('console').map(block => {
  const commands: { line: string; expected: string[] }[] = []
  for (const line of block.split('\n')) {
    if (line.startsWith('$ ')) commands.push({ line: line.slice(2), expected: [] })
    else if (line.trim() !== '') commands.at(-1)?.expected.push(line)
  }
  return commands
})

t.test('the README has sessions, each with commands and output', async t => {
  t.ok(sessions.length >= 3)
  for (const session of sessions) t.ok(session.length > 0)
})

for (const [index, session] of sessions.entries()) {
  t.test(`session ${index + 1}: ${session[0]?.line}`, async t => {
    const clone = lookalike()
    t.teardown(() => rmSync(clone, { recursive: true, force: true }))
    const env: Record<string, string | undefined> = { ...process.env, NO_COLOR: '1' }
    let id = ''
    for (const shown of session) {
      // An id that the README shows stands for the one that this run has made.
      const command = { ...shown, line: shown.line.replace(/tok_[\w-]+/, () => id) }
      const assignment = /^export (\w+)=(\S+)$/.exec(command.line)
      if (assignment?.[1] !== undefined) env[assignment[1]] = assignment[2]
      else id = /tok_[\w-]+/.exec(run(t, command, clone, env))?.[0] ?? id
    }
  })
}

t.test('the commands of the sh blocks are scripts of the project', async t => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }
  const named = blocks('sh').flatMap(block =>
    [...block.matchAll(/npm (?:run )?(\w[\w:]*)/g)].map(match => match[1] ?? ''),
  )
  t.ok(named.includes('ci') && named.includes('test') && named.includes('demo'))
  for (const name of named) t.ok(name === 'ci' || name in scripts, name)
})

t.test('.ci/run calls the README’s test command', async t => {
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8')
  t.match(ci, /^npm ci\nnpm test$/m)
  t.match(readme, /npm ci && npm test/)
})

function run(
  t: { equal: (a: unknown, b: unknown, name: string) => unknown; ok: (a: unknown, name: string) => unknown },
  { line, expected }: Command,
  cwd: string,
  env: Record<string, string | undefined>,
): string {
  const result = spawnSync('bash', ['-c', line], { cwd, env, encoding: 'utf8', timeout: 120_000 })
  t.equal(result.status, 0, `${line}\n${result.stderr}`)
  const printed = new Set(result.stdout.split('\n').map(normalise))
  for (const wanted of expected) t.ok(printed.has(normalise(wanted)), `${line} prints: ${wanted}`)
  return result.stdout
}

/** What differs from run to run, put the same. */
function normalise(line: string): string {
  return line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/postern_pat_[\w-]+…?/g, 'TOKEN')
    .replace(/tok_[\w-]+/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')
    .replace(/postern-demo-\w+/g, 'DIRECTORY')
    .replace(/\s+/g, ' ')
    .trimEnd()
}

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    match => match[1] ?? '',
  )
}

/** A directory with everything of the project by link, so that what a session writes is gone afterwards. */
function lookalike(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-readme-'))
  for (const name of readdirSync(ROOT)) {
    if (/^(\.git|\.tap|postern\.ya?ml|.*\.db.*)$/.test(name)) continue
    // The example configuration keeps its store beside itself, so that folder is a copy.
    if (name === 'config') cpSync(join(ROOT, name), join(directory, name), { recursive: true })
    else symlinkSync(join(ROOT, name), join(directory, name))
  }
  return directory
}

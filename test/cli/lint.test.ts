import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { documentOf } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

// Every command is a process of its own.
t.setTimeout(180_000)

const flawed = () => {
  const document = documentOf(['/good', '/flawed', '/long']) as {
    paths: Record<string, { get: Record<string, unknown> }>
  }
  const { '/good': good, '/flawed': bad } = document.paths
  Object.assign(good?.get ?? {}, { summary: 'Gets the good thing' })
  Object.assign(bad?.get ?? {}, { operationId: undefined })
  Object.assign(document.paths['/long']?.get ?? {}, {
    summary: 'Long',
    description: 'It is <|endoftext|> long. '.repeat(100),
  })
  return document
}
const api = { name: 'billing', openapi: './openapi.json', upstream: 'http://127.0.0.1:9' }

t.test('one sorted line per finding, then clients, tokens and counts; exit 0', async t => {
  const { status, stdout, stderr } = runPostern(['lint'], { cwd: workspace(t, {}, flawed()) })
  t.equal(status, 0, stderr)
  t.match(stdout, /^billing#\/paths\/~1flawed\/get: warning: no operationId: .*\. Give it an operationId\.$/m)
  t.match(stdout, /^billing#\/paths\/~1flawed\/get: warning: no description/m)
  t.match(stdout, /^billing#\/paths\/~1long\/get: info: the description is cut/m)
  t.notMatch(stdout, /~1good/)
  const findings = stdout.split('\n').filter(line => line.startsWith('billing#'))
  t.same(findings, findings.toSorted())
  for (const client of ['claude', 'cursor', 'gemini', 'openai', 'vscode', 'windsurf', 'kiro', 'trae']) {
    t.match(stdout, new RegExp(`^client ${client}: takes every tool$`, 'm'))
  }
  t.match(stdout, /^tokens \/mcp \(all tools\): 3 tools, \d+ tokens$/m)
  t.match(stdout, /^tokens \/mcp \(scope read:\*\): 3 tools, \d+ tokens$/m)
  t.match(stdout, /^3 operations: 3 exposed, 0 degraded, 0 skipped, 0 excluded$/m)
  t.match(stdout, /^3 findings: 0 errors, 2 warnings, 1 infos\n$/m)
})

t.test('verdicts by the number of tools, and one client alone', async t => {
  const many = documentOf(Array.from({ length: 45 }, (_, index) => `/p${index}`))
  const cwd = workspace(t, {}, many)
  const trae = runPostern(['lint', '--client', 'trae'], { cwd })
  t.match(trae.stdout, /^client trae: \/mcp lists 45 tools and it takes 40: 5 too many\./m)
  t.notMatch(trae.stdout, /^client cursor/m)
  t.match(runPostern(['lint', '--client', 'Codex'], { cwd }).stdout, /^client openai: takes every tool/m)
  t.match(runPostern(['lint', '--client', 'netscape'], { cwd }), {
    status: 1,
    stderr: /write one of .*claude/,
  })
  const searched = workspace(t, { servers: [{ path: '/mcp', expose: 'search' }] }, many)
  const { stdout } = runPostern(['lint', '--client', 'trae'], { cwd: searched })
  t.match(stdout, /^client trae: takes every tool/m)
  t.match(stdout, /^tokens \/mcp \(all tools\): 3 tools/m)
})

t.test(
  '--budget fails, says by how much, what costs and what helps; scopes make a list of their own',
  async t => {
    const scopes = { good: { allow: ['acme_get_good'] } }
    const cwd = workspace(
      t,
      { scopes, servers: [{}, { path: '/mcp/good', tools: [{ path: '/good' }] }] },
      flawed(),
    )
    const whole = Number(
      /^tokens \/mcp \(all tools\): 3 tools, (\d+)/m.exec(runPostern(['lint'], { cwd }).stdout)?.[1],
    )
    t.ok(whole > 300)
    t.equal(runPostern(['lint', '--budget', `${whole}`], { cwd }).status, 0)
    const over = runPostern(['lint', '--budget', `${whole - 1}`], { cwd })
    t.equal(over.status, 1)
    t.match(
      over.stdout,
      new RegExp(
        `^budget /mcp \\(all tools\\): error: ${whole} tokens, 1 more than the budget. The most expensive: acme_get_long \\(\\d+\\), `,
        'm',
      ),
    )
    t.match(over.stdout, /^budget .*what helps: expose: search/m)
    t.notMatch(over.stdout, /^budget \/mcp\/good/m)
    const scoped = runPostern(['lint', '--budget', `${whole - 1}`, '--scope', 'good'], { cwd })
    t.equal(scoped.status, 0, 'the list of this caller is shorter')
    t.match(scoped.stdout, /^tokens \/mcp \(scope good\): 1 tools/m)
    t.equal(runPostern(['lint', '--budget', '10', '--scope', 'read:nothing'], { cwd }).status, 0)
    t.match(runPostern(['lint', '--budget', '20,000'], { cwd }).status, 0)
    t.match(runPostern(['lint', '--budget', 'much'], { cwd }), {
      status: 1,
      stderr: /not a number of tokens/,
    })
  },
)

t.test('--json has all of it', async t => {
  const cwd = workspace(t, {}, flawed())
  const { status, stdout } = runPostern(['lint', '--json', '--budget', '1'], { cwd })
  t.equal(status, 1)
  t.match(JSON.parse(stdout), {
    operations: [{ path: '/good', outcome: 'exposed' }, {}, {}],
    findings: [
      {
        rule: String,
        severity: String,
        api: 'billing',
        pointer: '#/paths/~1flawed/get',
        message: String,
        fix: String,
      },
    ],
    clients: [{ client: 'claude', problems: [] }],
    tokens: {
      encoding: 'o200k_base',
      servers: [{ server: '/mcp', scopes: null, tools: 3, tokens: Number }, { scopes: ['read:*'] }],
      tools: [{ server: '/mcp', tool: 'acme_get_good', tokens: Number }],
    },
    overBudget: [{ server: '/mcp', scopes: null, over: Number, expensive: [{ tool: 'acme_get_long' }] }],
  })
})

t.test('--write-overlay writes what removes the findings once it is applied', async t => {
  const cwd = workspace(t, { apis: [{ ...api }] }, flawed())
  const { status, stderr } = runPostern(['lint', '--write-overlay', 'mend.yaml'], { cwd })
  t.equal(status, 0, stderr)
  t.match(stderr, /mend\.yaml: 2 actions\. Name it under `overlays` of the API billing/)
  const overlay = readFileSync(join(cwd, 'mend.yaml'), 'utf8')
  t.match(overlay, /^overlay: 1\.0\.0\n/)
  const mended = workspace(t, { apis: [{ ...api, overlays: ['./mend.yaml'] }] }, flawed())
  writeFileSync(join(mended, 'mend.yaml'), overlay)
  const { stdout } = runPostern(['lint'], { cwd: mended })
  t.match(stdout, /^0 findings:/m)
  const two = workspace(t, { apis: [api, { ...api, name: 'more' }] }, flawed())
  t.match(runPostern(['lint', '--write-overlay', 'mend.yaml'], { cwd: two }), {
    status: 1,
    stderr: /--api .*billing, more/,
  })
  t.notOk(existsSync(join(two, 'mend.yaml')))
  t.equal(runPostern(['lint', '--write-overlay', 'mend.yaml', '--api', 'more'], { cwd: two }).status, 0)
})

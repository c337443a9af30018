/** Lumen on standard input and output: a client starts the process, and the token is in the product's own variable. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t, { type Test } from 'tap'
import { COMPILE_CACHE } from '../../compile-cache.ts'
import { ask, presented } from '../ask.ts'
import { promise } from '../promise.ts'
import { BIN } from '../system.ts'
import { startLumen } from './gateway.ts'

const VARIABLE = 'LUMEN_MCP_AUTH_TOKEN'
const CONFIG = fileURLToPath(new URL('../../../config/lumen.yaml', import.meta.url))
/** `env` is what stands in the client's configuration besides the token. */
const { product, system, env: ENV } = await startLumen(t)
const ARGS = [BIN, '--config', CONFIG, 'stdio', '--token-from', VARIABLE]
const minted = system.cli('token', 'create', '--name', 'My laptop', '--scope', '*', '--subject', 'u_teacher')

const running = minted.then(({ stdout }) => started(t, { [VARIABLE]: token(stdout) }))

promise(t, '002', 'one command mints the token for standard input and output, shown this once', async t => {
  const { code, stdout, stderr } = await minted
  t.equal(code, 0, stderr)
  t.match(token(stdout), /^lumen_pat_/)
  t.match(stderr, /once/)
  const { body } = await tokens('GET')
  t.match(body.tokens, [{ name: 'My laptop', subject: 'u_teacher', scopes: ['*'] }])
  t.notMatch(JSON.stringify(body), token(stdout))
})

promise(
  t,
  '002',
  'a client that starts the process, with the token in its variable, has nine tools',
  async t => {
    const client = await running
    t.match(client.getServerVersion(), { name: 'lumen', title: 'Lumen' })
    t.equal((await client.listTools()).tools.length, 9)
  },
)

promise(t, '002', 'on standard input and output a call is made for the owner of the token', async t => {
  const brief = { name: 'create_course_draft', arguments: { brief: 'By hand' } }
  t.match(await (await running).callTool(brief), { structuredContent: { title: 'By hand' } })
  t.ok(
    [...product.data.drafts.values()].some(
      ({ owner, title }) => owner === 'u_teacher' && title === 'By hand',
    ),
  )
})

promise(
  t,
  '002',
  'without the variable every call is mcp.token_required, and says which variable it is',
  async t => {
    // The gateway's own variable is not looked at.
    const { answers, errors } = await conversation({ POSTERN_TOKEN: token((await minted).stdout) })
    t.match(answers, [
      { error: { data: { code: 'mcp.token_required' }, message: /LUMEN_MCP_AUTH_TOKEN is not set/ } },
      { error: { data: { code: 'mcp.token_required' } } },
    ])
    t.match(errors, /mcp\.token_required/, 'where clients keep what a server says')
  },
)

promise(t, '002', 'on standard input and output a wrong token is mcp.invalid_token', async t => {
  const { answers } = await conversation({ [VARIABLE]: `${token((await minted).stdout)}x` })
  t.match(answers, [{ error: { data: { code: 'mcp.invalid_token' } } }, { error: {} }])
})

promise(t, '002', 'a revoked token ends a process that runs already: mcp.client_revoked', async t => {
  const made = await tokens('POST', { name: 'Old laptop', scopes: ['list_courses'], subject: 'u_ana' })
  const client = await started(t, { [VARIABLE]: made.body.token })
  t.match(await client.callTool({ name: 'list_courses' }), { structuredContent: { courses: [{}, {}] } })
  t.equal((await tokens('DELETE', undefined, `/${made.body.id}`)).status, 204)
  const refused = client.callTool({ name: 'list_courses' }).catch((error: unknown) => error)
  t.match(await refused, { data: { code: 'mcp.client_revoked' } })
})

t.test('scopes and roles hold there, too, and the token is in no line that the process writes', async t => {
  const made = await tokens('POST', { name: 'Narrow', scopes: ['list_courses'], subject: 'u_teacher' })
  const calls = ['list_courses', 'create_course_draft'].map(name => ({
    method: 'tools/call',
    params: { name, arguments: name === 'list_courses' ? {} : { brief: 'x' } },
  }))
  const { answers, errors } = await conversation({ [VARIABLE]: made.body.token }, calls)
  t.match(answers, [{ result: { isError: false } }, { error: { data: { code: 'mcp.scope.denied' } } }])
  t.notMatch(errors, made.body.token)
})

/** The official client, with the process that it starts. */
async function started(t: Test, env: Readonly<Record<string, string>>): Promise<Client> {
  const client = new Client({ name: 'claude-ai', version: '1' })
  t.teardown(() => client.close())
  const entry = { command: process.execPath, args: ARGS, env: { ...COMPILE_CACHE, ...ENV, ...env } }
  await client.connect(new StdioClientTransport({ ...entry, stderr: 'ignore' }))
  return client
}

interface Message {
  readonly method: string
  readonly params?: object
}

/** What the process answers to messages, by their order, and what it writes to standard error. */
async function conversation(
  env: Readonly<Record<string, string>>,
  messages: readonly Message[] = [{ method: 'tools/list' }, { method: 'tools/list' }],
) {
  const child = spawn(process.execPath, ARGS, {
    env: { PATH: process.env.PATH, ...COMPILE_CACHE, ...ENV, ...env },
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (errors += chunk))
  child.stdin.end(
    messages.map((message, id) => `${JSON.stringify({ jsonrpc: '2.0', id, ...message })}\n`).join(''),
  )
  await once(child, 'close')
  const answers = output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  return { answers: answers.toSorted((a, b) => a.id - b.id), errors }
}

/** The administrators' API of tokens. */
function tokens(method: string, body?: object, path = '') {
  const json = body !== undefined && { 'content-type': 'application/json' }
  return ask(`${system.origin}/api/v1/admin/tokens${path}`, {
    method,
    headers: { ...presented(product.session('u_admin')), ...json },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

function token(stdout: string): string {
  return stdout.match(/lumen_pat_\S+/)?.[0] ?? ''
}

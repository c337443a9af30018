import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t, { type Test } from 'tap'
import { COMPILE_CACHE } from '../compile-cache.ts'
import { BIN, prepare, slowBackend } from '../serve-child.ts'
import { runPostern, workspace } from './run-postern.ts'

/** A running `postern stdio` that is asked one thing after the other. */
function stdio(t: Test, file: string, token: string, variable = 'POSTERN_TOKEN') {
  const from = variable === 'POSTERN_TOKEN' ? [] : ['--token-from', variable]
  const child = spawn(process.execPath, [BIN, '--config', file, 'stdio', ...from], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, [variable]: token },
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const send = (method: string, params: object = {}) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: method, method, params })}\n`)
  return {
    child,
    send,
    next: async () => JSON.parse(String((await lines.next()).value)),
    errors: () => errors,
    exited: once(child, 'close'),
  }
}

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
}

t.test('standard output holds the protocol alone; the audit goes to standard error', async t => {
  const backend = await slowBackend(t)
  const { file, token } = await prepare(t, backend.url, { audit: { to: 'stdout' } })
  const client = stdio(t, file, token)
  client.send('initialize', INITIALIZE)
  t.match(await client.next(), { id: 'initialize', result: { serverInfo: { name: 'slow' } } })
  client.send('tools/list')
  t.match(await client.next(), { result: { tools: [{ name: 'slow_get_fast' }, { name: 'slow_get_slow' }] } })
  client.send('tools/call', { name: 'slow_get_fast' })
  t.match(await client.next(), { result: { isError: false } })
  client.child.stdin.end()
  t.same(await client.exited, [0, null])
  t.match(client.errors(), /"event":"tool_call".*"tool":"slow_get_fast"/)
  t.notMatch(client.errors(), token)
})

t.test('SIGTERM: the running call is answered and on record', async t => {
  const backend = await slowBackend(t)
  const { file, token } = await prepare(t, backend.url, { audit: { to: 'stdout' } })
  const client = stdio(t, file, token)
  client.send('initialize', INITIALIZE)
  await client.next()
  client.send('tools/call', { name: 'slow_get_slow' })
  await backend.arrived(1)
  client.child.kill('SIGTERM')
  backend.release()
  t.match(await client.next(), { id: 'tools/call', result: { isError: false } })
  t.same(await client.exited, [0, null])
  t.match(client.errors(), /"tool":"slow_get_slow"/)
})

t.test('an endpoint that is not there: said before anything starts', async t => {
  const { status, stdout, stderr } = runPostern(['stdio', '--server', '/x'], { cwd: workspace(t) })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, 'There is no server at /x. Configured: /mcp.')
})

t.test('no credential, or a wrong one: by the product’s own code, with where it is from', async t => {
  const backend = await slowBackend(t)
  const errors = { missing_token: 'their.token_required', invalid_token: 'their.invalid_token' }
  const { file } = await prepare(t, backend.url, { errors })
  for (const [token, code, reason, words] of [
    ['', 'their.token_required', 'missing_token', /POSTERN_TOKEN is not set/],
    ['slow_pat_wrong', 'their.invalid_token', 'invalid_token', /comes from POSTERN_TOKEN/],
  ] as const) {
    const client = stdio(t, file, token)
    client.send('tools/list')
    client.send('tools/list')
    for (let count = 0; count < 2; count++) {
      const { error } = await client.next()
      t.match(error, { code: 401, message: words, data: { code, reason } })
    }
    client.child.stdin.end()
    await client.exited
    const lines = client
      .errors()
      .split('\n')
      .filter(line => line.includes(code))
    t.equal(lines.length, 1, 'said once where clients keep it')
    t.notMatch(client.errors(), 'slow_pat_wrong')
  }
})

t.test('a product keeps its own variable: the credential comes from there and from nowhere else', async t => {
  const backend = await slowBackend(t)
  const { file, token } = await prepare(t, backend.url)
  const given = stdio(t, file, token, 'SLOW_MCP_TOKEN')
  given.send('tools/list')
  t.match(await given.next(), { result: { tools: [{ name: 'slow_get_fast' }, { name: 'slow_get_slow' }] } })
  const missing = stdio(t, file, '', 'SLOW_MCP_TOKEN')
  missing.send('tools/list')
  t.match(await missing.next(), { error: { code: 401, message: /SLOW_MCP_TOKEN is not set/ } })
  for (const client of [given, missing]) client.child.stdin.end()
  await Promise.all([given.exited, missing.exited])
  const both = ['stdio', '--token-from', 'X', '--header', 'Authorization: Bearer x']
  t.match(runPostern(both, { cwd: workspace(t) }).stderr, /cannot be used with/)
})

for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
  const era = mode === 'legacy' ? 'the era of 2025' : mode.pin
  t.test(`the official client has prompts there, in ${era}`, async t => {
    const backend = await slowBackend(t)
    const prompts = [
      {
        name: 'greet',
        arguments: [{ name: 'tone', required: true, values: ['polite', 'plain'] }],
        messages: [{ text: 'Be {{tone}}.' }],
      },
    ]
    const { file, token } = await prepare(t, backend.url, { prompts })
    const client = new Client({ name: 'sdk-v2', version: '2' }, { versionNegotiation: { mode } })
    t.teardown(() => client.close())
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [BIN, '--config', file, 'stdio'],
        env: { ...COMPILE_CACHE, POSTERN_TOKEN: token },
        stderr: 'ignore',
      }),
    )
    t.match(client.getServerCapabilities(), { prompts: {}, completions: {} })
    t.match(await client.listPrompts(), { prompts: [{ name: 'greet', arguments: [{ name: 'tone' }] }] })
    const got = await client.getPrompt({ name: 'greet', arguments: { tone: 'plain' } })
    t.match(got.messages, [{ role: 'user', content: { type: 'text', text: 'Be plain.' } }])
    const ref = { type: 'ref/prompt' as const, name: 'greet' }
    const { completion } = await client.complete({ ref, argument: { name: 'tone', value: 'po' } })
    t.same(completion.values, ['polite'])
    await t.rejects(client.getPrompt({ name: 'greet' }), /needs the argument tone/)
  })
}

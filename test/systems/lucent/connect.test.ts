/** How people connect their clients to Lucent: what there is to paste, what old clients are told, what anybody may read. */
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t, { type Test } from 'tap'
import { COMPILE_CACHE } from '../../compile-cache.ts'
import { unescaped } from '../../oauth/browser.ts'
import { ask, connect } from '../ask.ts'
import { promise } from '../promise.ts'
import { BIN } from '../system.ts'
import { RESOURCE } from './client.ts'
import { openDashboard } from './dashboard.ts'
import { startLucent } from './start.ts'

const TITLES = {
  'claude-code': 'Claude Code',
  cursor: 'Cursor',
  'claude-desktop': 'Claude Desktop',
  codex: 'Codex',
  vscode: 'VS Code',
  windsurf: 'Windsurf',
  curl: 'curl, or any other program',
} as const
const TOOLS = ['get_issue', 'list_insights', 'list_issues', 'list_signals']
const { system } = await startLucent(t)
const [{ token }, page, printed] = await Promise.all([
  openDashboard(system).then(dashboard => dashboard.mint('org_north')),
  ask(system.origin),
  system.cli('connect', '--json'),
])

promise(t, '000', 'there is something to paste for each of seven clients, with the real address', async t => {
  const { url, snippets } = JSON.parse(printed.stdout)
  t.equal(url, RESOURCE)
  for (const [client, title] of Object.entries(TITLES)) {
    const snippet = snippets.find((one: { client: string }) => one.client === client)
    t.ok(snippet.text.includes(RESOURCE), `${client}, on the command line`)
    t.ok(pasted(title).length > 0, `${client}, on the page`)
    for (const text of pasted(title)) t.ok(text.includes(RESOURCE), `${client}, on the page`)
  }
})

promise(t, '000', 'claude.ai and Claude Desktop take the address alone, as a custom connector', async t => {
  for (const title of ['claude.ai', 'Claude Desktop']) t.equal(pasted(title)[0], RESOURCE, title)
})

promise(
  t,
  '000',
  'Claude Code is told of the server once, and sends the token with every request',
  async t => {
    const command = withToken('Claude Code')
    t.match(
      command,
      /^claude mcp add --transport http lucent https:\S+ --header "Authorization: Bearer \$POSTERN_TOKEN"$/,
    )
    await works(t, command)
  },
)

promise(t, '000', 'Cursor is connected by what it is given to paste', async t => {
  const { lucent } = JSON.parse(withToken('Cursor')).mcpServers
  t.same(Object.keys(lucent), ['url', 'headers'])
  await works(t, withToken('Cursor'))
})

promise(t, '000', 'VS Code is connected by what it is given to paste, and asks for the token', async t => {
  const { inputs, servers } = JSON.parse(withToken('VS Code'))
  t.match(inputs, [{ type: 'promptString', password: true }])
  t.equal(servers.lucent.type, 'http')
  await works(t, withToken('VS Code'))
})

promise(t, '000', 'Windsurf is connected by what it is given to paste', async t => {
  t.equal(JSON.parse(withToken('Windsurf')).mcpServers.lucent.serverUrl, RESOURCE)
  await works(t, withToken('Windsurf'))
})

promise(t, '000', 'Codex is connected by what it is given to paste', async t => {
  const text = withToken('Codex')
  t.match(text, /^\[mcp_servers\.lucent\]\nurl = "https:/)
  // Codex sends what is in that variable as a bearer token.
  await works(
    t,
    text.replace('bearer_token_env_var = "POSTERN_TOKEN"', '"Authorization": "Bearer $POSTERN_TOKEN"'),
  )
})

promise(t, '000', 'Claude Desktop with a token starts a bridge', async t => {
  const { command, args, env } = JSON.parse(withToken('Claude Desktop')).mcpServers.lucent
  t.same([command, ...args], ['npx', '-y', 'postern', 'bridge', RESOURCE])
  t.same(env, { POSTERN_TOKEN: 'YOUR_TOKEN' })
  const client = new Client({ name: 'claude-ai', version: '1' })
  t.teardown(() => client.close())
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      // What npx would start, and the public name asked at this machine.
      args: [BIN, 'bridge', system.at(RESOURCE)],
      env: { ...COMPILE_CACHE, POSTERN_TOKEN: token },
      stderr: 'ignore',
    }),
  )
  const { tools } = await client.listTools()
  t.same(tools.map(({ name }) => name).sort(), TOOLS)
})

promise(t, '000', 'one curl command shows that a token works', async t => {
  const command = withToken('curl, or any other program').replaceAll(' \\\n', '')
  const headers = [...command.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = '', value = '']) => [
    name,
    filled(value),
  ])
  const [, body = ''] = /-d '([^']+)'/.exec(command) ?? []
  const { status, body: answer } = await ask(system.at(RESOURCE), {
    method: 'POST',
    headers: Object.fromEntries(headers),
    body,
  })
  t.equal(status, 200)
  t.same(answer.result.tools.map(({ name }: { name: string }) => name).sort(), TOOLS)
})

promise(t, '000', 'a client that looks for the old SSE transport is told what to do instead', async t => {
  for (const path of ['/api/sse', '/api/message']) {
    for (const method of ['GET', 'POST']) {
      const { status, headers, body } = await ask(system.origin + path, { method })
      t.equal(status, 410, `${method} ${path}`)
      t.match(headers.get('content-type') ?? '', /json/)
      t.match(body.error.message, /Streamable HTTP/)
      for (const word of [RESOURCE, `mcp-remote ${RESOURCE}`]) t.ok(body.error.message.includes(word), word)
    }
  }
})

promise(t, '000', 'clients whose redirects are not let in are not sent into an error', async t => {
  const { snippets, notes } = JSON.parse(printed.stdout)
  const ways: Record<string, string> = Object.fromEntries(
    snippets.map((one: { client: string; way: string }) => [one.client, one.way]),
  )
  for (const client of ['claude-ai', 'claude-desktop', 'claude-code', 'codex', 'windsurf'])
    t.match(ways[client], 'in the browser', client)
  for (const client of ['cursor', 'vscode', 'antigravity']) t.match(ways[client], 'token', client)
  t.equal(ways.chatgpt, undefined)
  t.match(notes.join('\n'), 'ChatGPT can’t be connected: its redirect URI')
  t.match(page.body, 'ChatGPT can’t be connected: its redirect URI')
})

promise(t, '000', 'people whose connection fails are told why and what to do', async t => {
  const { failures } = JSON.parse((await system.cli('connect', '--json', '--client', 'claude-code')).stdout)
  const help = (seen: RegExp): string =>
    failures.find((one: { seen: string }) => seen.test(one.seen))?.mend ?? ''
  t.match(help(/401 on every request/), /mistyped, expired or revoked/)
  t.match(help(/Tools worked, then everything is 401/), /connection was ended[\s\S]*Connect again/)
  t.match(help(/address is not allowed for the app/), /redirect/)
})

promise(t, '000', 'there is an index of what can be read about the server, for models', async t => {
  const { status, headers, body } = await ask(`${system.origin}/llms.txt`)
  t.equal(status, 200)
  t.match(headers.get('content-type') ?? '', /^text\/plain/)
  t.ok(body.includes(RESOURCE) && body.includes('`read:lucent`'))
  const links = [...body.matchAll(/\]\((https:\/\/app\.lucenthq\.com\/[^)]*)\)/g)].map(
    ([, link = '']) => link,
  )
  t.ok(links.length > 0)
  for (const link of links) t.equal((await ask(system.at(link))).status, 200, link)
})

t.test('what is told to everybody holds nothing of anybody', async t => {
  for (const path of [
    '/',
    '/llms.txt',
    '/llms-full.txt',
    '/api/mcp/tools.md',
    '/api/mcp/server-card',
    '/api/sse',
  ]) {
    const { body } = await ask(system.origin + path, { headers: { authorization: `Bearer ${token}` } })
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    for (const secret of [
      token.slice(0, 12),
      'org_north',
      'createIssue',
      'delete_issue',
      '/mcp-admin',
      '127.0.0.1:',
    ])
      t.notOk(text.includes(secret), `${path}: ${secret}`)
  }
})

t.test('a forged name of the host is in no address that is pasted', async t => {
  const { body } = await ask(system.origin, {
    headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
  })
  t.notOk(String(body).includes('evil.example'))
})

/** What the connect page has to paste for a client, in its order: signing in in the browser first. */
function pasted(title: string): readonly string[] {
  const folds = String(page.body)
    .split('<details')
    .filter(part => unescaped(part).includes(`<h4>${title}</h4>`))
  return folds.flatMap(part =>
    [...part.matchAll(/<pre><code>([\s\S]*?)<\/code><\/pre>/g)].map(([, text = '']) => unescaped(text)),
  )
}

/** What is pasted for a client that gets a token. */
function withToken(title: string): string {
  const text = pasted(title).at(-1)
  if (text === undefined) throw new Error(`nothing for ${title}`)
  return text
}

/** With the token where the client takes it from. */
function filled(text: string): string {
  return text.replace(/\$POSTERN_TOKEN|\$\{env:POSTERN_TOKEN\}|\$\{input:[\w-]+\}/, token)
}

/** Connects with the address and the header of a snippet, and nothing else. */
async function works(t: Test, snippet: string): Promise<void> {
  const [address = ''] = /https:[^\s"]+/.exec(snippet) ?? []
  const [, value = ''] = /Authorization"?: "?([^"]+)"/.exec(filled(snippet)) ?? []
  t.same([address, value], [RESOURCE, `Bearer ${token}`])
  const client = await connect(t, system.at(address), { Authorization: value })
  const { tools } = await client.listTools()
  t.same(tools.map(({ name }) => name).sort(), TOOLS)
}

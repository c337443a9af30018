// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested.
import { execFileSync } from 'node:child_process'
import t from 'tap'
import {
  CLIENTS,
  type ClientId,
  clientSnippets,
  isClient,
  leftOut,
  type SnippetInput,
} from '../../src/console/client-snippets.ts'
import { shellWord } from '../../src/console/shell-word.ts'

const url = 'https://mcp.acme.com/mcp'
const withToken: SnippetInput = { name: 'acme', url, credential: { kind: 'bearer', token: 'acme_pat_x-Y_1' } }
const withoutToken: SnippetInput = { name: 'acme', url, credential: { kind: 'bearer' } }
const pair: SnippetInput = {
  name: 'acme',
  url,
  credential: { kind: 'headers', headers: { Email: 'you@example.com', Token: 'your token' } },
}

function snippet(input: SnippetInput, client: ClientId) {
  const found = clientSnippets(input).find(candidate => candidate.client === client)
  if (found === undefined) throw new Error(client)
  return found
}
const parsed = (input: SnippetInput, client: ClientId) => JSON.parse(snippet(input, client).text)

/** What a POSIX shell makes of a command: the arguments of `program`, one per element. */
function shellArguments(text: string, env: Record<string, string> = {}): string[] {
  const script = `claude() { printf '%s\\0' "$@"; }; npx() { printf '%s\\0' "$@"; }; curl() { printf '%s\\0' "$@"; }\n${text}`
  const output = execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' })
  return output.split('\0').slice(0, -1)
}

t.test('every client once, in order, and what can’t work is said', async t => {
  for (const credential of [
    withToken.credential,
    pair.credential,
    { kind: 'oauth' },
    { kind: 'none' },
  ] as const) {
    const able = clientSnippets({ name: 'acme', url, credential }).map(({ client }) => client)
    const unable = leftOut(credential).map(({ client }) => client)
    t.same(
      CLIENTS.filter(client => able.includes(client)),
      able,
    )
    t.same([...able, ...unable].sort(), [...CLIENTS].sort(), credential.kind)
  }
  for (const { title, where, text } of clientSnippets(pair)) t.ok(title && where && text)
  t.same(
    leftOut(pair.credential).map(({ client }) => client),
    ['claude-ai', 'chatgpt'],
  )
  for (const { why } of leftOut(pair.credential)) t.match(why, 'OAuth only')
  t.same(
    leftOut({ kind: 'oauth' }).map(({ client }) => client),
    ['curl'],
  )
  t.ok(isClient('vscode'))
  t.notOk(isClient('toString'))
})

t.test('signing in needs the URL alone, and says what comes then', async t => {
  const signsIn: SnippetInput = { name: 'acme', url, credential: { kind: 'oauth' } }
  for (const { client, text, steps } of clientSnippets(signsIn)) {
    t.match(text, url, client)
    t.notMatch(text, /header|Authorization|POSTERN_TOKEN|"env"|YOUR_/i, client)
    t.ok(steps?.length, client)
  }
  t.equal(snippet(signsIn, 'claude-code').text, `claude mcp add --transport http acme ${url}`)
  t.match(snippet(signsIn, 'claude-code').steps, [/claude mcp login acme/])
  t.equal(snippet(signsIn, 'codex').text, `codex mcp add acme --url ${url}`)
  t.equal(snippet(signsIn, 'gemini-cli').text, `gemini mcp add --transport http acme ${url}`)
  t.equal(snippet(signsIn, 'opencode').text, `opencode mcp add acme --url ${url}`)
  t.equal(snippet(signsIn, 'claude-ai').text, url)
  const [, file = ''] = /`(\{.*\})`/.exec(snippet(signsIn, 'claude-code').note ?? '') ?? []
  t.same(JSON.parse(file), { mcpServers: { acme: { type: 'http', url } } }, 'Claude Code, in a file')
  t.same(parsed(signsIn, 'vscode'), { servers: { acme: { type: 'http', url } } })
})

t.test('Claude Code', async t => {
  t.equal(
    snippet(withToken, 'claude-code').text,
    'claude mcp add --transport http acme https://mcp.acme.com/mcp --header "Authorization: Bearer acme_pat_x-Y_1"',
  )
  const command = snippet(withoutToken, 'claude-code').text
  t.equal(
    command,
    'claude mcp add --transport http acme https://mcp.acme.com/mcp --header "Authorization: Bearer $POSTERN_TOKEN"',
  )
  t.equal(shellArguments(command, { POSTERN_TOKEN: 'a b' }).at(-1), 'Authorization: Bearer a b')
  t.same(
    shellArguments(snippet(pair, 'claude-code').text, { ACME_EMAIL: 'e@x', ACME_TOKEN: 't' }).slice(-4),
    ['--header', 'Email: e@x', '--header', 'Token: t'],
  )
})

t.test('Cursor', async t => {
  t.same(parsed(withToken, 'cursor'), {
    mcpServers: { acme: { url, headers: { Authorization: 'Bearer acme_pat_x-Y_1' } } },
  })
  t.equal(
    snippet(withToken, 'cursor').where,
    '~/.cursor/mcp.json for all projects',
    'no token in a project’s file',
  )
  t.same(parsed(withoutToken, 'cursor').mcpServers.acme.headers, {
    Authorization: 'Bearer ${env:POSTERN_TOKEN}',
  })
  t.equal(
    snippet(withoutToken, 'cursor').where,
    '.cursor/mcp.json in the project, or ~/.cursor/mcp.json for all projects',
  )
  t.same(parsed(pair, 'cursor').mcpServers.acme.headers, {
    Email: '${env:ACME_EMAIL}',
    Token: '${env:ACME_TOKEN}',
  })
})

t.test('OpenCode', async t => {
  t.same(parsed(withToken, 'opencode'), {
    mcp: { servers: { acme: { type: 'remote', url, headers: { Authorization: 'Bearer acme_pat_x-Y_1' } } } },
  })
  t.equal(snippet(withToken, 'opencode').where, '~/.config/opencode/opencode.json for all projects')
  t.same(parsed(pair, 'opencode').mcp.servers.acme.headers, {
    Email: '{env:ACME_EMAIL}',
    Token: '{env:ACME_TOKEN}',
  })
  t.match(snippet(withoutToken, 'opencode').note, 'POSTERN_TOKEN')
})

t.test('VS Code asks, whatever is known', async t => {
  t.same(parsed(withToken, 'vscode'), {
    inputs: [
      { type: 'promptString', id: 'acme-authorization', description: 'Token for acme', password: true },
    ],
    servers: {
      acme: { type: 'http', url, headers: { Authorization: 'Bearer ${input:acme-authorization}' } },
    },
  })
  t.match(parsed(pair, 'vscode'), {
    inputs: [
      { id: 'acme-email', password: false },
      { id: 'acme-token', password: true },
    ],
    servers: { acme: { headers: { Email: '${input:acme-email}', Token: '${input:acme-token}' } } },
  })
})

t.test('Codex reads the environment', async t => {
  const { text, note } = snippet(withToken, 'codex')
  t.equal(
    text,
    '[mcp_servers.acme]\nurl = "https://mcp.acme.com/mcp"\nbearer_token_env_var = "POSTERN_TOKEN"\n',
  )
  t.match(note, 'export POSTERN_TOKEN=acme_pat_x-Y_1')
  t.match(
    snippet(pair, 'codex').text,
    'env_http_headers = { "Email" = "ACME_EMAIL", "Token" = "ACME_TOKEN" }',
  )
  const key: SnippetInput = { ...withToken, credential: { kind: 'bearer', header: 'X-Api-Key', token: 'k' } }
  t.match(snippet(key, 'codex').text, 'env_http_headers = { "X-Api-Key" = "POSTERN_TOKEN" }')
})

t.test('Windsurf and Gemini CLI', async t => {
  t.same(parsed(withoutToken, 'windsurf'), {
    mcpServers: { acme: { serverUrl: url, headers: { Authorization: 'Bearer ${env:POSTERN_TOKEN}' } } },
  })
  t.same(parsed(withoutToken, 'gemini-cli'), {
    mcpServers: { acme: { httpUrl: url, headers: { Authorization: 'Bearer ${POSTERN_TOKEN}' } } },
  })
})

t.test('Claude Desktop starts the bridge', async t => {
  t.same(parsed(withToken, 'claude-desktop'), {
    mcpServers: {
      acme: {
        command: 'npx',
        args: ['-y', 'postern', 'bridge', url],
        env: { POSTERN_TOKEN: 'acme_pat_x-Y_1' },
      },
    },
  })
  t.same(parsed(pair, 'claude-desktop').mcpServers.acme, {
    command: 'npx',
    args: [
      '-y',
      'postern',
      'bridge',
      url,
      '--header',
      'Email:${ACME_EMAIL}',
      '--header',
      'Token:${ACME_TOKEN}',
    ],
    env: { ACME_EMAIL: 'you@example.com', ACME_TOKEN: 'your token' },
  })
  const own = { ...withoutToken, bridgeCommand: { command: 'node', args: ['bin/postern.js', 'bridge', url] } }
  t.match(parsed(own, 'claude-desktop').mcpServers.acme, {
    command: 'node',
    args: ['bin/postern.js', 'bridge', url],
    env: { POSTERN_TOKEN: 'YOUR_TOKEN' },
  })
  const key: SnippetInput = { ...withToken, credential: { kind: 'bearer', header: 'X-Api-Key' } }
  t.same(parsed(key, 'claude-desktop').mcpServers.acme.args.slice(-2), [
    '--header',
    'X-Api-Key:${POSTERN_TOKEN}',
  ])
})

t.test('Antigravity reads no variables', async t => {
  t.same(parsed(withoutToken, 'antigravity'), {
    mcpServers: { acme: { serverUrl: url, headers: { Authorization: 'Bearer YOUR_TOKEN' } } },
  })
  t.match(snippet(withoutToken, 'antigravity').note, 'write the values')
  t.same(parsed(pair, 'antigravity').mcpServers.acme.headers, {
    Email: 'you@example.com',
    Token: 'your token',
  })
})

t.test('the Inspector lists the tools', async t => {
  const args = shellArguments(snippet(pair, 'inspector').text, { ACME_EMAIL: 'e@x', ACME_TOKEN: 't' })
  t.same(args.slice(0, 4), ['@modelcontextprotocol/inspector', '--cli', url, '--transport'])
  t.same(args.slice(-4), ['--header', 'Email: e@x', '--header', 'Token: t'])
})

t.test('curl asks for the tools', async t => {
  const args = shellArguments(snippet(withToken, 'curl').text)
  t.ok(args.includes(url))
  t.ok(args.includes('Authorization: Bearer acme_pat_x-Y_1'))
  t.ok(args.includes('Mcp-Method: tools/list'))
  const body = JSON.parse(args[args.indexOf('-d') + 1] ?? '')
  t.match(body, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
  t.equal(body.params._meta['io.modelcontextprotocol/protocolVersion'], '2026-07-28')
})

t.test('a server without credential has no header anywhere', async t => {
  for (const { client, text } of clientSnippets({ name: 'open', url, credential: { kind: 'none' } })) {
    t.notMatch(text, /Authorization|POSTERN_TOKEN|"headers"|"inputs"|"env"/, client)
  }
})

t.test('hostile names, URLs and tokens stay what they are', async t => {
  for (const token of [
    `'; touch /tmp/x; '`,
    '$(id)',
    '`id`',
    'a"b\\',
    '!!',
    '-x',
    '%PATH%',
    '${HOME}',
    'a\nb',
  ]) {
    const input: SnippetInput = {
      name: `a'"; b\n[x]`,
      url: `https://mcp.acme.com/m'$(id)"`,
      credential: { kind: 'bearer', token },
    }
    for (const client of ['claude-code', 'inspector', 'curl'] as const) {
      const args = shellArguments(snippet(input, client).text, { HOME: '/home/x' })
      t.ok(args.includes(`Authorization: Bearer ${token}`), `${client}: ${token}`)
      t.ok(args.includes(input.url), `${client}: the URL`)
    }
    for (const client of [
      'cursor',
      'vscode',
      'windsurf',
      'claude-desktop',
      'gemini-cli',
      'antigravity',
    ] as const) {
      t.ok(parsed(input, client), client)
    }
    t.match(
      snippet(input, 'codex').text,
      /^\[mcp_servers\.a-b-x\]\nurl = "https:\/\/mcp\.acme\.com\/m'\$\(id\)\\""\n/,
    )
  }
  const dollar: SnippetInput = { ...withToken, credential: { kind: 'bearer', token: 'a${env:HOME}' } }
  t.match(
    snippet(dollar, 'cursor').text,
    'env:POSTERN_TOKEN',
    'a client would fill in what looks like a variable',
  )
  t.notMatch(snippet(dollar, 'cursor').text, 'HOME')
  t.equal(shellWord(''), "''")
})

import t from 'tap'
import { clientProfile } from '../../src/mcp/client-profile.ts'
import { fakeTool, META, openDoor, post, postModern } from './fake-door.ts'

t.test('clients are known by what they call themselves', async t => {
  const expected = {
    claude: [
      'claude-ai/0.1.0',
      'claude-code/2.1.0',
      'Claude-User',
      'Anthropic/ClaudeAI',
      'claude-ai (via mcp-remote 0.1.18)/1.0',
    ],
    openai: ['codex-mcp-client/0.50.0', 'codex_cli_rs/0.50.0', 'openai-mcp/1.0.0', 'ChatGPT-User/1.0'],
    gemini: ['gemini-cli-mcp-client/0.9.0', 'GeminiCLI/0.9'],
    cursor: ['cursor-vscode/1.0.0', 'Cursor/1.7.0 (darwin arm64)'],
    vscode: [
      'Visual Studio Code/1.105.0',
      'Visual Studio Code - Insiders/1.106.0',
      'github-copilot-developer/1.0.0',
    ],
    default: [
      '',
      'node',
      'python-httpx/0.28',
      'windsurf/1',
      'notclaude/1',
      'opencode/1',
      'cursory/1',
      'openaixyz/1',
    ],
  } as const
  for (const [profile, names] of Object.entries(expected)) {
    for (const name of names) t.equal(clientProfile('auto', name), profile, name)
  }
  t.equal(clientProfile(undefined, undefined), 'default')
})

t.test('the configuration decides where it says something', async t => {
  t.equal(clientProfile('gemini', 'claude-code/1'), 'gemini')
  t.equal(clientProfile('default', 'claude-code/1'), 'default')
})

t.test('endless names are not remembered endlessly', async t => {
  for (let index = 0; index < 5_000; index++) t.equal(clientProfile('auto', `x${index}`), 'default')
  t.equal(clientProfile('auto', 'claude-code/1'), 'claude')
})

const echo = {
  ...fakeTool('echo'),
  definitionFor: (profile: string) => JSON.stringify({ name: 'echo', profile }),
}
const server = { path: '/mcp', tools: [echo], byName: new Map([['echo', echo]]) }
const as = (name: string) => ({
  _meta: { ...META, 'io.modelcontextprotocol/clientInfo': { name, version: '1' } },
})

t.test('a list is written for who asks, and kept from shared caches where it is not for all', async t => {
  const { url } = await openDoor(t, { server, visibleTools: () => [echo], listIsPublic: true })
  const claude = await postModern(url, 'tools/list', as('claude-code'))
  t.match(claude.json.result, { tools: [{ profile: 'claude' }], cacheScope: 'private' })
  const other = await postModern(url, 'tools/list', as('somebody'))
  t.match(other.json.result, { tools: [{ profile: 'default' }], cacheScope: 'public' })
  const legacy = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    { 'mcp-protocol-version': '2025-06-18', 'user-agent': 'Cursor/1.7.0' },
  )
  t.match(legacy.json.result, { tools: [{ profile: 'cursor' }] })
})

t.test('a configured profile is the same for everybody', async t => {
  const { url } = await openDoor(t, {
    server: { ...server, profile: 'vscode' },
    visibleTools: () => [echo],
    listIsPublic: true,
  })
  const claude = await postModern(url, 'tools/list', as('claude-code'))
  t.match(claude.json.result, { tools: [{ profile: 'vscode' }], cacheScope: 'public' })
})

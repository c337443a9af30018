/** Nobody is shown a way to sign in that ends at “this redirect URI is not allowed here”. */
import t from 'tap'
import { REDIRECT_PRESETS } from '../../src/config/schema/oauth.ts'
import { CLIENTS, type ClientId } from '../../src/console/client-snippets.ts'
import { describeConnection } from '../../src/console/describe-connection.ts'
import { connectPage } from '../../src/console/pages/connect-page.ts'
import { refusedSignIns } from '../../src/console/refused-sign-ins.ts'
import { createRedirectPolicy } from '../../src/oauth/redirects/create-redirect-policy.ts'
import { CHATGPT } from '../clients/shapes/chatgpt.ts'
import { CLAUDE_AI } from '../clients/shapes/claude-ai.ts'
import { CLAUDE_CODE } from '../clients/shapes/claude-code.ts'
import { CODEX } from '../clients/shapes/codex.ts'
import { CURSOR } from '../clients/shapes/cursor.ts'
import { GEMINI_CLI } from '../clients/shapes/gemini-cli.ts'
import { INSPECTOR } from '../clients/shapes/inspector.ts'
import type { ClientShape } from '../clients/shapes/shape.ts'
import { VSCODE } from '../clients/shapes/vscode.ts'
import { CONNECT_YAML, configFrom, connectPageOf, SCHEMES } from './sample-connect-page.ts'

type Redirects = Parameters<typeof refusedSignIns>[0]['redirects']

const NONE: Redirects = { presets: [], loopback: false, allow: [] }
const ALL: Redirects = { presets: [...REDIRECT_PRESETS], loopback: true, allow: [] }
/** Hosted clients of one maker, and programs on people’s own machines. */
const CHOSEN: Redirects = { presets: [], loopback: true, allow: ['https://claude.ai', 'https://claude.com'] }

const refusedBy = (redirects: Redirects, redirectUris: readonly string[] = []) => {
  const clients = redirectUris.length === 0 ? [] : [{ id: 'a', name: 'A', redirectUris: [...redirectUris] }]
  return refusedSignIns({ redirects, clients })
}

t.test('by default everybody signs in', async t => {
  t.same([...refusedBy(ALL).keys()], [])
})

t.test('those whose addresses are not let in are told which, and what to add', async t => {
  const refused = refusedBy(CHOSEN)
  t.same([...refused.keys()], ['cursor', 'vscode', 'chatgpt', 'antigravity'])
  t.equal(
    refused.get('cursor'),
    'its redirect URI `cursor://anysphere.cursor-mcp/oauth/callback` is not let in; an administrator can add `cursor` to `auth[].redirects.presets`',
  )
})

t.test('programs on people’s machines need loopback, or a preset that names them', async t => {
  t.same(
    [...refusedBy(NONE).keys()],
    CLIENTS.filter(client => client !== 'curl'),
  )
  const named = refusedBy({ ...NONE, presets: ['codex', 'gemini', 'claude', 'inspector'] })
  t.same([...named.keys()], ['cursor', 'vscode', 'windsurf', 'opencode', 'chatgpt', 'antigravity'])
  for (const client of ['windsurf', 'opencode'] as const) t.match(named.get(client), /redirects\.loopback/)
})

t.test('what is added lets the client in', async t => {
  const added: Partial<Record<ClientId, Redirects['presets'][number]>> = {
    cursor: 'cursor',
    vscode: 'vscode',
    chatgpt: 'chatgpt',
    antigravity: 'antigravity',
    'claude-ai': 'claude',
    'claude-desktop': 'claude',
    'claude-code': 'claude',
    codex: 'codex',
    'gemini-cli': 'gemini',
    inspector: 'inspector',
  }
  for (const client of CLIENTS) {
    const preset = added[client]
    if (preset === undefined) continue
    t.match(refusedBy(NONE).get(client), `\`${preset}\``, client)
    t.notOk(refusedBy({ ...NONE, presets: [preset] }).has(client), client)
  }
})

t.test('any website, an origin, one connection’s own address, a configured client’s', async t => {
  const own = 'https://chatgpt.com/connector/oauth/Ab12Cd34'
  for (const allow of ['https:', 'https://chatgpt.com', own])
    t.notOk(refusedBy({ ...NONE, allow: [allow] }).has('chatgpt'), allow)
  t.notOk(refusedBy(NONE, [own]).has('chatgpt'))
  for (const allow of ['https://chatgpt.com/connector/oauth/a/b', 'https://chatgpt.com:8443', 'com.acme:'])
    t.ok(refusedBy({ ...NONE, allow: [allow] }).has('chatgpt'), allow)
  t.ok(refusedBy({ ...NONE, allow: ['https:'] }).has('cursor'), 'a private scheme is no website')
})

t.test('it is what happens to their registrations', async t => {
  const shapes: Partial<Record<ClientId, ClientShape>> = {
    'claude-ai': CLAUDE_AI,
    'claude-code': CLAUDE_CODE,
    chatgpt: CHATGPT,
    codex: CODEX,
    cursor: CURSOR,
    'gemini-cli': GEMINI_CLI,
    inspector: INSPECTOR,
    vscode: VSCODE,
  }
  for (const redirects of [ALL, NONE, CHOSEN, { ...NONE, allow: ['https:'] }]) {
    const refused = refusedBy(redirects)
    const { check } = createRedirectPolicy({ redirects, clients: [] })
    for (const client of CLIENTS) {
      const uris = shapes[client]?.registration?.redirect_uris
      if (!Array.isArray(uris)) continue
      const register = () => uris.map(uri => check(String(uri).replace('{port}', '51234')))
      if (refused.has(client)) t.throws(register, { code: 'oauth_invalid_redirect_uri' }, client)
      else t.doesNotThrow(register, client)
    }
  }
})

const REDIRECTS = 'redirects: { presets: [], allow: ["https://claude.ai"], loopback: true }'
const yaml = (...schemes: readonly string[]) =>
  `${CONNECT_YAML.slice(0, CONNECT_YAML.indexOf('servers:'))}auth:\n${schemes.join('\n')}\n`
const PICKY = SCHEMES.oauth.replace(/ }$/, `, ${REDIRECTS} }`)

t.test('with a token beside it they take that; without one they are told why not', async t => {
  const both = configFrom(t, yaml(PICKY, SCHEMES.token))
  const [server] = connectPageOf(both).servers
  const how = Object.fromEntries(server?.clients.map(({ title, how }) => [title, how]) ?? [])
  t.match(how, { Cursor: 'token', 'VS Code': 'token', 'claude.ai': 'browser', Codex: 'browser' })
  t.match(server?.leftOut, [{ title: 'ChatGPT', why: /`chatgpt` to `auth\[\]\.redirects\.presets`/ }])
  t.equal(server?.leftOut.length, 1)
  const html = connectPage(connectPageOf(both))
  t.match(html, /ChatGPT can’t be connected: its redirect URI <code>/)
  t.match(html, /Cursor: its redirect URI <code>cursor:\/\/anysphere/)

  const [only] = connectPageOf(configFrom(t, yaml(PICKY))).servers
  t.same(
    only?.leftOut.map(({ title }) => title),
    ['Cursor', 'VS Code', 'ChatGPT', 'Antigravity', 'curl, or any other program'],
  )
})

t.test('the command says the same', async t => {
  const config = configFrom(t, yaml(PICKY, SCHEMES.token))
  const [server] = config.servers
  if (server === undefined) return t.fail('no server')
  const told = (client?: ClientId) =>
    describeConnection({ config, server, url: 'https://mcp.acme.example/mcp', client })
  const { notes, snippets } = told()
  t.notOk(snippets.some(({ client }) => client === 'chatgpt'))
  t.match(notes.join('\n'), 'ChatGPT can’t be connected: its redirect URI')
  t.match(notes.join('\n'), 'Cursor doesn’t sign in in the browser here: its redirect URI')
  t.notMatch(notes.join('\n'), 'Codex doesn’t')

  const cursor = told('cursor')
  t.equal(cursor.snippets.length, 1)
  t.match(cursor.snippets[0]?.way, /token/)
  t.match(cursor.notes.join('\n'), '`cursor` to `auth[].redirects.presets`')
  const chatgpt = told('chatgpt')
  t.same(chatgpt.snippets, [])
  t.notMatch(chatgpt.notes.join('\n'), 'auth: [{ type: oauth }]', 'it is there already')
  t.match(chatgpt.notes.join('\n'), '`chatgpt` to `auth[].redirects.presets`')
})

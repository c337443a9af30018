import t from 'tap'
import { PRESETS } from '../../../src/config/redirects/presets.ts'
import { REDIRECT_PRESETS } from '../../../src/config/schema/oauth.ts'
import { createRedirectPolicy } from '../../../src/oauth/redirects/create-redirect-policy.ts'

const NONE = { redirects: { presets: [], loopback: false, allow: [] }, clients: [] }

function policy(
  redirects: Partial<Parameters<typeof createRedirectPolicy>[0]['redirects']> = {},
  redirectUris: string[] = [],
) {
  const clients = redirectUris.length === 0 ? [] : [{ id: 'a', name: 'A', redirectUris }]
  const { check } = createRedirectPolicy({
    redirects: { presets: [...REDIRECT_PRESETS], loopback: true, allow: [], ...redirects },
    clients,
  })
  return (uri: string) => {
    try {
      return check(uri)
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error
    }
  }
}

const REFUSED = 'oauth_invalid_redirect_uri'

t.test('by default: known clients and loopback, and nothing else', async t => {
  const check = policy()
  t.strictSame(check('https://claude.ai/api/mcp/auth_callback'), {
    uri: 'https://claude.ai/api/mcp/auth_callback',
    kind: 'https',
    shown: 'claude.ai',
    isTrusted: true,
  })
  t.strictSame(check('http://localhost:51234/callback'), {
    uri: 'http://localhost:51234/callback',
    kind: 'loopback',
    shown: 'localhost:51234',
    isTrusted: true,
  })
  t.strictSame(check('cursor://anysphere.cursor-mcp/oauth/callback'), {
    uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
    kind: 'app',
    shown: 'cursor:',
    isTrusted: true,
  })
  for (const uri of [
    'https://evil.example/cb',
    'https://claude.ai/api/mcp/auth_callback/',
    'https://claude.ai/',
    'https://claude.ai.evil.example/api/mcp/auth_callback',
    'cursor://anysphere.cursor-mcp/oauth/callback2',
    'cursor://evil/oauth/callback',
    'vscode://a/b',
    'com.acme.tool:/cb',
    'https://chatgpt.com/connector/oauth/',
    'https://chatgpt.com/connector/oauth/a/b',
    'https://chatgpt.com/connector/oauth/a%2Fb',
    'https://chatgpt.com/connector/oauth/a.b',
    `https://chatgpt.com/connector/oauth/${'a'.repeat(129)}`,
    'https://chatgpt.com/connector/oauth/a?x=1',
    'https://chatgpt.com:8443/connector/oauth/a',
    'https://vscode.dev/redirect/mcp/install',
    'https://vscode.dev/redirect?url=x',
    'javascript:alert(1)',
  ])
    t.equal(check(uri), REFUSED, uri)
  t.match(check('https://chatgpt.com/connector/oauth/OUbdUMlL15Ct'), { shown: 'chatgpt.com' })
})

t.test('every preset can be read, and allows what it names', async t => {
  for (const name of REDIRECT_PRESETS) {
    const check = policy({ presets: [name], loopback: false })
    for (const entry of PRESETS[name]) {
      const uri = entry.replace('<id>', 'Ab_9-x')
      t.match(check(uri), { uri }, `${name}: ${uri}`)
      if (uri.startsWith('http:'))
        t.match(check(uri.replace(/^(http:\/\/[^/]+)/, '$1:40001')), { kind: 'loopback' })
    }
    t.equal(check('https://evil.example/callback'), REFUSED, name)
    t.equal(check('http://localhost:1/evil/x'), REFUSED, name)
  }
  const without = createRedirectPolicy(NONE)
  t.throws(() => without.check('https://claude.ai/api/mcp/auth_callback'), { code: REFUSED })
  t.throws(() => without.check('http://localhost/callback'), { code: REFUSED })
})

t.test('redirects.allow: whole, origin, private scheme, every https address', async t => {
  const check = policy({
    allow: [
      'https://tool.acme.com/callback',
      'https://apps.acme.com',
      'https://dev.acme.com:8443',
      'com.acme.tool:',
      'vscode://saoudrizwan.claude-dev/cb',
    ],
  })
  t.match(check('https://tool.acme.com/callback'), { shown: 'tool.acme.com' })
  t.equal(check('https://tool.acme.com/callback/x'), REFUSED)
  t.equal(check('https://tool.acme.com/'), REFUSED)
  t.match(check('https://apps.acme.com'), { kind: 'https' })
  t.match(check('https://apps.acme.com/any/path?x=1'), { kind: 'https' })
  t.equal(check('https://apps.acme.com:444/x'), REFUSED)
  t.equal(check('https://apps.acme.com.evil.example/x'), REFUSED)
  t.match(check('https://dev.acme.com:8443/x'), { shown: 'dev.acme.com:8443' })
  t.equal(check('https://dev.acme.com/x'), REFUSED)
  t.match(check('com.acme.tool:/oauth'), { kind: 'app', shown: 'com.acme.tool:' })
  t.equal(check('com.acme.tool2:/oauth'), REFUSED)
  t.match(check('vscode://saoudrizwan.claude-dev/cb'), { kind: 'app' })
  t.equal(check('vscode://saoudrizwan.claude-dev/cc'), REFUSED)
  t.equal(check('https://evil.example/'), REFUSED)
  const all = policy({ allow: ['https:'] })
  t.match(all('https://any.example/x'), { kind: 'https' })
  t.equal(all('https://user@any.example/x'), REFUSED)
  t.equal(all('http://any.example/x'), REFUSED)
})

t.test('what a configured client names is allowed without being said twice', async t => {
  const check = policy({ presets: [], loopback: false }, [
    'https://tool.acme.com/callback',
    'http://localhost:9/cb',
  ])
  t.match(check('https://tool.acme.com/callback'), { kind: 'https' })
  t.match(check('http://localhost:40001/cb'), { kind: 'loopback' })
  t.equal(check('http://localhost:40001/other'), REFUSED)
})

t.test('an entry that could be read in two ways is a mistake of the configuration', async t => {
  for (const entry of [
    'https://Tool.acme.com/cb',
    'http://evil.example/',
    'https://a@b',
    'javascript:',
    'cursor:',
    'localhost',
    'https://a.b#c',
  ])
    t.throws(
      () => createRedirectPolicy({ ...NONE, redirects: { ...NONE.redirects, allow: [entry] } }),
      { code: 'configuration_invalid' },
      entry,
    )
})

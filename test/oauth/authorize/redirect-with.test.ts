import t from 'tap'
import { redirectWithCode, redirectWithError } from '../../../src/oauth/authorize/redirect-with.ts'
import { oauthError } from '../../../src/oauth/oauth-error.ts'

const ISSUER = 'https://mcp.acme.example'

function withCode(redirectUri: string, state?: string): string {
  return redirectWithCode({ redirectUri, state }, 'c', ISSUER)
}

t.test('parameters are appended, and the redirect URI stays as it is to the letter', async t => {
  const iss = 'iss=https%3A%2F%2Fmcp.acme.example'
  for (const [uri, expected] of [
    ['https://a.example/cb', 'https://a.example/cb?'],
    ['https://a.example', 'https://a.example?'],
    ['https://a.example/cb?x=1%20', 'https://a.example/cb?x=1%20&'],
    ['https://a.example/cb?', 'https://a.example/cb?'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&'],
    ['com.acme.app:/cb', 'com.acme.app:/cb?'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp/oauth/callback?'],
    ['http://[::1]:33418/cb', 'http://[::1]:33418/cb?'],
  ] as const) {
    t.equal(withCode(uri), `${expected}code=c&${iss}`)
  }
})

t.test('a state comes back as it was, and adds nothing', async t => {
  for (const state of ['a b+c', '&iss=evil', '%26', '#x', '\'"<>', 'x'.repeat(2_048)]) {
    const url = new URL(withCode('https://a.example/cb', state))
    t.equal(url.searchParams.get('state'), state)
    t.same([...url.searchParams.keys()], ['code', 'state', 'iss'])
    t.equal(url.hash, '')
    t.match(url.href, /^[\x21-\x7e]+$/)
  }
})

t.test('an error is told in the words of the protocol', async t => {
  const error = oauthError('oauth_invalid_scope', 'A “quoted” scope can’t be \\ given\n…')
  const url = new URL(redirectWithError({ redirectUri: 'https://a.example/cb', state: 's' }, error, ISSUER))
  t.same(Object.fromEntries(url.searchParams), {
    error: 'invalid_scope',
    error_description: "A 'quoted' scope can't be ? given?...",
    state: 's',
    iss: ISSUER,
  })
})

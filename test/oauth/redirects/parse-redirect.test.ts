/** Redirect URIs are read in one way, or not at all (N27, N28, N30). */
import fc from 'fast-check'
import t from 'tap'
import { parseRedirect, shownRedirect } from '../../../src/oauth/redirects/parse-redirect.ts'
import { anyCharacter } from '../../any-character.ts'

function refused(uri: string): string | undefined {
  try {
    parseRedirect(uri)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

t.test('what is plain is taken apart', async t => {
  t.match(parseRedirect('https://claude.ai/api/mcp/auth_callback'), {
    kind: 'https',
    host: 'claude.ai',
    port: '',
    path: '/api/mcp/auth_callback',
    query: '',
  })
  t.match(parseRedirect('https://tool.acme.com:8443/cb?tenant=7&x=%2Fa'), {
    port: '8443',
    query: '?tenant=7&x=%2Fa',
  })
  t.match(parseRedirect('https://xn--bcher-kva.example/cb'), { kind: 'https', host: 'xn--bcher-kva.example' })
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    t.match(parseRedirect(`http://${host}:33418/cb`), { kind: 'loopback', host, port: '33418' })
    t.match(parseRedirect(`http://${host}`), { kind: 'loopback', path: '/', port: '' })
  }
  t.match(parseRedirect('cursor://anysphere.cursor-mcp/oauth/callback'), { kind: 'app', scheme: 'cursor:' })
  t.match(parseRedirect('com.acme.tool:/oauth'), {
    kind: 'app',
    scheme: 'com.acme.tool:',
    host: '',
    path: '/oauth',
  })
})

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'user name': [
    'https://claude.ai@evil.example/cb',
    'https://a:b@claude.ai/cb',
    'https://claude.ai%40evil.example/cb',
    'http://localhost@evil.example/',
    'http://127.0.0.1:1@evil.example:80/',
    'https://claude.ai/@evil',
  ],
  fragment: ['https://claude.ai/cb#', 'https://claude.ai/cb#x', 'cursor://a/b#x'],
  backslash: [
    'https:\\\\claude.ai\\cb',
    'https://claude.ai\\@evil.example/',
    'https://claude.ai/\\evil',
    'https:/\\evil.example',
  ],
  'sign that is stripped': [
    ' https://claude.ai/cb',
    'https://claude.ai/cb ',
    'https://cla\tude.ai/cb',
    'https://claude.ai/\ncb',
    'ht\rtps://claude.ai/',
    '\u0000https://claude.ai/',
    'https://claude.ai/\u007f',
  ],
  'encoded host': [
    'https://claude%2eai/cb',
    'https://%63laude.ai/',
    'http://%6cocalhost/',
    'http://127.0.0%2e1/',
  ],
  'encoded control': [
    'https://claude.ai/%0d%0aset-cookie:x',
    'https://claude.ai/%00',
    'https://claude.ai/cb?x=%7F',
    'https://claude.ai/%1F',
  ],
  'broken encoding': ['https://claude.ai/%', 'https://claude.ai/%zz', 'https://claude.ai/%2'],
  'other signs': [
    'https://сlaude.ai/',
    'https://claude。ai/',
    'https://claude.ai/é',
    'https://xn--bcher-kva.example/ü',
  ],
  'spelling of an address': [
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.000.000.001/',
    'http://127.0.0.1./',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::1%25lo]/',
    'https://0x7f000001/',
    'https://127.1/',
    'https://1.2.3.999/',
    'https://[::0001]/',
  ],
  'trailing dot': ['https://claude.ai./', 'http://localhost./', 'https://./'],
  'empty host': [
    'https:///cb',
    'https://',
    'http:///',
    'cursor:///oauth',
    'https://:443/',
    'https:claude.ai/cb',
    'https:/claude.ai',
  ],
  'no scheme': [
    '//claude.ai/cb',
    '/cb',
    'claude.ai/cb',
    '',
    '?',
    '://x/',
    'HTTPS://claude.ai/cb',
    'https://Claude.ai/cb',
    'Cursor://a/b',
  ],
  'http elsewhere': [
    'http://evil.example/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.2/',
    'http://0.0.0.0/',
    'http://foo.localhost/',
    'http://192.168.0.1/',
    'http://localhost.localdomain/',
    'http://[::]/',
    'http://[::2]/',
  ],
  'dangerous scheme': [
    'javascript:alert(1)',
    'javascript://localhost/%61',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'file://localhost/x',
    'blob:https://claude.ai/x',
    'view-source:https://claude.ai/',
    'about:blank',
    'ws://localhost/',
    'ftp://localhost/',
    'intent://x/',
    'ms-settings:/x',
    'chrome-extension://a/b',
    'filesystem:https://a/b',
    'mailto:/a',
  ],
  'path that is rewritten': [
    'https://claude.ai/a/../b',
    'https://claude.ai/./a',
    'https://claude.ai/%2e%2e/b',
    'https://claude.ai/.%2E/b',
    'com.acme.tool:/a/../b',
  ],
  'port that is rewritten': [
    'https://claude.ai:443/',
    'https://claude.ai:/',
    'http://localhost:80/',
    'http://localhost:08080/',
    'http://localhost:99999/',
    'http://localhost:0/',
    'http://localhost:-1/',
  ],
  'opaque scheme': ['com.acme.tool:oauth', 'com.acme.tool:', 'cursor:?x', 'com.acme.tool://a@b/c'],
  'response parameter': [
    'https://claude.ai/cb?code=1',
    'https://claude.ai/cb?a=1&state=x',
    'https://claude.ai/cb?iss',
    'https://claude.ai/cb?error=x',
    'https://claude.ai/cb?%63ode=1',
    'https://claude.ai/cb?a=1;code=2',
    'https://claude.ai/cb?code[]=1',
    'https://claude.ai/cb?CODE=1',
    'https://claude.ai/cb?+state=1',
    'cursor://a/b?code=1',
  ],
  'signs to be encoded': [
    'https://claude.ai/<script>',
    'https://claude.ai/"',
    'https://claude.ai/`',
    'https://claude.ai/{a}',
    'https://claude.ai/|',
    'https://claude.ai/^',
    "https://claude.ai/?a='",
  ],
  length: [`https://claude.ai/${'a'.repeat(2_048)}`],
}

for (const [what, uris] of Object.entries(REFUSED)) {
  t.test(`refused: ${what}`, async t => {
    for (const uri of uris) t.ok(refused(uri), JSON.stringify(uri).slice(0, 80))
  })
}

t.test('the message shows the redirect URI without what could be markup, and says what to do', async t => {
  const message = refused('https://<b>claude</b>.ai/\u202e') ?? ''
  t.match(message, /can’t be used: it has/)
  t.notMatch(message, /[<>\u202e]/)
  t.equal(shownRedirect('x'.repeat(500)).length, 129)
})

/** Pieces of which spellings are put together that some reader takes for another address. */
const PIECES = [
  'https:',
  'http:',
  'HTTP:',
  'https',
  '//',
  '/',
  '\\',
  '\\\\',
  '///',
  '/\\',
  ':',
  '@',
  '#',
  '?',
  '&',
  ';',
  '.',
  '..',
  '%2e',
  '%2f',
  '%5c',
  '%00',
  '%09',
  '%0a',
  '\t',
  '\n',
  '\r',
  ' ',
  '\u0000',
  '\u00a0',
  '\u2028',
  '\u3002',
  '\uff0f',
  '\u202e',
  'localhost',
  '127.0.0.1',
  '[::1]',
  '127.1',
  '0x7f',
  '2130706433',
  'evil.example',
  'claude.ai',
  'xn--',
  ':443',
  ':80',
  ':8080',
  'javascript:',
  'data:',
  'cursor:',
  'com.acme.tool:',
  'code=',
  'state',
  'a',
  'callback',
  "'",
  '"',
  '<',
  '[',
  ']',
  '%',
  '%25',
  'é',
  '*',
  '$',
  '{',
  '|',
  '^',
  '~',
  '+',
  ',',
  '!',
  '(',
  ')',
]

/** The second reader: RFC 3986, appendix B, with the authority split at its last @ and colon. */
function secondReader(uri: string): { scheme: string; host: string } {
  const [, scheme = '', authority = ''] = /^([^:/?#]+):(?:\/\/([^/?#]*))?/.exec(uri) ?? []
  return { scheme, host: authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '') }
}

t.test('whatever is taken has one host, for every reader', async t => {
  const spelling = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
        { weight: 1, arbitrary: fc.string({ maxLength: 3, unit: anyCharacter }) },
      ),
      { minLength: 1, maxLength: 9 },
    )
    .map(pieces => pieces.join(''))
  const near = fc
    .tuple(
      fc.constantFrom(
        'https://claude.ai/callback',
        'http://localhost:8080/callback',
        'http://127.0.0.1/',
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'http://[::1]:1/',
      ),
      fc.nat(50),
      fc.nat(3),
      fc.constantFrom(...PIECES),
    )
    .map(([uri, at, cut, piece]) => uri.slice(0, at) + piece + uri.slice(at + cut))
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(spelling, near), uri => {
      if (refused(uri) !== undefined) return
      taken++
      const redirect = parseRedirect(uri)
      const url = new URL(uri)
      const second = secondReader(uri)
      if (url.hostname !== redirect.host || second.host !== redirect.host) throw new Error(`host of ${uri}`)
      if (url.protocol !== redirect.scheme || `${second.scheme}:` !== redirect.scheme)
        throw new Error(`scheme of ${uri}`)
      if (url.username !== '' || url.password !== '' || url.hash !== '') throw new Error(`more in ${uri}`)
      if (redirect.kind === 'loopback' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
        throw new Error(`not loopback: ${uri}`)
      if (url.protocol === 'http:' && redirect.kind !== 'loopback') throw new Error(`http: ${uri}`)
      if (!['https:', 'http:'].includes(url.protocol) && redirect.kind !== 'app')
        throw new Error(`kind of ${uri}`)
      const redirected = new URL(`${uri}${uri.includes('?') ? '&' : '?'}code=c0de`)
      if (redirected.hostname !== url.hostname || redirected.searchParams.getAll('code').join() !== 'c0de')
        throw new Error(`with a code: ${uri}`)
    }),
    { numRuns: 20_000 },
  )
  t.ok(taken > 500, `enough were taken for this to mean something: ${taken}`)
})

import t from 'tap'
import { bundledCredential, credentialAdvice } from '../../src/bridge/bundled-connection.ts'

const TOKEN = { name: 'Authorization', scheme: 'Bearer ', variable: 'POSTERN_TOKEN', label: 'Token' } as const
const KEY = { name: 'X-Api-Key', scheme: '', variable: 'POSTERN_TOKEN', label: 'Token' } as const
const PAIR = [
  { name: 'Email', scheme: '', variable: 'POSTERN_HEADER_1', label: 'Email' },
  { name: 'Token', scheme: '', variable: 'POSTERN_HEADER_2', label: 'Token' },
] as const
const of = (...headers: readonly (typeof TOKEN | typeof KEY | (typeof PAIR)[number])[]) => ({
  title: 'Acme',
  url: 'https://mcp.acme.com/mcp',
  headers,
})
const env = (values: Record<string, string>) => (name: string) => values[name]

t.test('what people paste along with a token is dropped', async t => {
  for (const typed of ['abc', ' abc\n', 'Bearer abc', 'bearer \t abc ']) {
    t.same(bundledCredential(of(TOKEN), env({ POSTERN_TOKEN: typed })), { Authorization: 'Bearer abc' })
  }
  t.same(bundledCredential(of(TOKEN), env({ POSTERN_TOKEN: 'bearerabc' })), {
    Authorization: 'Bearer bearerabc',
  })
  t.same(
    bundledCredential(of(KEY), env({ POSTERN_TOKEN: 'Bearer abc' })),
    { 'X-Api-Key': 'Bearer abc' },
    'only where it would be there twice',
  )
})

t.test('what was not filled in is named by its label', async t => {
  for (const typed of ['', '  ', 'Bearer', 'Bearer ', `$\{user_config.token}`]) {
    t.throws(() => bundledCredential(of(TOKEN), env({ POSTERN_TOKEN: typed })), {
      code: 'invalid_params',
      message: /^Token is not filled in\. Open Settings → Extensions → Acme → Configure/,
    })
  }
  t.throws(() => bundledCredential(of(...PAIR), env({})), { message: /^Email and Token are not filled in/ })
  t.throws(() => bundledCredential(of(...PAIR), env({ POSTERN_HEADER_1: 'a@b.c' })), {
    message: /^Token is not filled in/,
  })
})

t.test('values go as they are, whatever they look like', async t => {
  const values = { POSTERN_HEADER_1: 'a@b.c', POSTERN_HEADER_2: `$\{POSTERN_HEADER_1}`, POSTERN_TOKEN: 'x' }
  t.same(bundledCredential(of(...PAIR), env(values)), { Email: 'a@b.c', Token: `$\{POSTERN_HEADER_1}` })
  for (const value of ['a\nb', 'a\r\nX: y', 'a\0b', '\u{1f600}', 'Ⅷ']) {
    t.throws(() => bundledCredential(of(TOKEN), env({ POSTERN_TOKEN: value })), {
      message: /^The value of the header Authorization has characters/,
    })
  }
})

t.test('no header, no credential: also not the one of somebody’s environment', async t => {
  t.same(bundledCredential(of(), env({ POSTERN_TOKEN: 'of another gateway' })), {})
  t.match(credentialAdvice(of()), 'Ask whoever runs Acme for a new bundle.')
})

/** Upstream credentials and the keys of them, as an author writes them: what is read, and what is refused in words. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigProblem } from '../../src/config/problem.ts'
import { PosternError } from '../../src/errors.ts'
import { createPem, createSealingKey } from '../upstream/credentials/fixtures.ts'

const ME = { request: 'GET /me', grant: ['*'] }
const JWT = { type: 'jwt', issuer: 'https://id.example.com', audience: 'https://mcp.example.com/mcp' }
const OTHER = { ...JWT, issuer: 'https://other.example.com' }
const EXCHANGE = {
  type: 'exchange',
  tokenEndpoint: 'https://id.example.com/token',
  clientId: 'postern',
  clientSecret: 'x',
}
const FIX = /./

interface Settings {
  readonly auth?: readonly object[]
  readonly credentials?: object
  readonly more?: object
  readonly env?: NodeJS.ProcessEnv
  /** Files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>
}

function load(
  t: Test,
  { auth = [{ type: 'token' }], credentials, more, env = {}, files = {} }: Settings,
): Config {
  const directory = t.testdir()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  mkdirSync(join(directory, 'folder'))
  const apis = [{ name: 'billing', openapi: 'b.yaml', ...(credentials && { credentials }) }]
  const file = join(directory, 'postern.yaml')
  writeFileSync(file, JSON.stringify({ name: 'acme', apis, auth, ...more }))
  return loadConfig(file, { env })
}

function problemsOf(t: Test, settings: Settings): readonly ConfigProblem[] {
  try {
    load(t, settings)
    return []
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    return error.data?.problems as ConfigProblem[]
  }
}

t.test('keys come from files and the environment', async t => {
  const [pem, key] = [createPem(), createSealingKey()]
  const config = load(t, {
    more: {
      signing: { keys: [{ file: './signing.pem' }, { value: '$' + '{OTHER}' }] },
      sealing: { keys: [{ value: '$' + '{SEALING}' }, { file: 'old.key' }] },
    },
    env: { OTHER: createPem().replaceAll('\n', '\\n'), SEALING: key },
    files: { 'signing.pem': pem, 'old.key': `${createSealingKey()}\n` },
  })
  t.match(config.signing?.keys, [{ file: './signing.pem', value: pem }, { value: /\\n/ }])
  t.match(config.sealing?.keys, [{ value: key }, { file: 'old.key', value: /=\n$/ }])
  t.ok(Object.isFrozen(config.signing?.keys[0]))
})

t.test('a key that can’t be used is named with what is wrong, and never shown', async t => {
  const other = (curve: string) =>
    generateKeyPairSync('ec', { namedCurve: curve })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 's3cr3t',
  })
  const cases: [section: string, value: string, message: RegExp][] = [
    ['signing', 's3cr3t', /not a private key in PEM/],
    ['signing', other('P-384'), /not of the elliptic curve P-256/],
    ['signing', other('secp256k1'), /not of the elliptic curve P-256/],
    [
      'signing',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      /not of the elliptic curve/,
    ],
    ['signing', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), /public key/],
    ['signing', locked.toString(), /passphrase/],
    ['sealing', 's3cr3t', /not 32 bytes in base64/],
    ['sealing', randomBytes(31).toString('base64'), /not 32 bytes/],
    ['sealing', randomBytes(33).toString('base64'), /not 32 bytes/],
    ['sealing', randomBytes(32).toString('hex'), /not 32 bytes/],
    ['sealing', Buffer.alloc(32).toString('base64'), /not random/],
    ['sealing', Buffer.from('0123456701234567abcdabcd01234567').toString('base64'), /not random/],
  ]
  for (const [section, value, message] of cases) {
    for (const key of [{ value }, { file: 'key' }, { value: '$' + '{KEY}' }]) {
      const problems = problemsOf(t, {
        more: { [section]: { keys: [key] } },
        env: { KEY: value },
        files: { key: value },
      })
      const path = `${section}.keys[0].${'file' in key ? 'file' : 'value'}`
      t.match(problems, [{ path, message, fix: /openssl/ }])
      t.equal(problems.length, 1)
      t.notOk(JSON.stringify(problems).includes(value.length > 60 ? value.slice(28, 60) : value), 'not shown')
    }
  }
})

t.test('a key is one of a file and a value, is there, and is there once', async t => {
  const key = { value: createSealingKey() }
  const paths = (keys: unknown) => problemsOf(t, { more: { sealing: { keys } } }).map(({ path }) => path)
  t.strictSame(paths([{}]), ['sealing.keys[0]'])
  t.strictSame(paths([{ ...key, file: 'x' }]), ['sealing.keys[0]'])
  t.strictSame(paths([key, key]), ['sealing.keys[1].value'])
  t.strictSame(paths([{ file: 'nothing' }]), ['sealing.keys[0].file'])
  t.strictSame(paths([{ file: 'folder' }]), ['sealing.keys[0].file'])
  t.strictSame(paths([]), ['sealing.keys'])
})

const SIGNING = { keys: [{ value: createPem() }] }
const SEALING = { keys: [{ value: createSealingKey() }] }
const PUBLIC = { publicUrl: 'https://mcp.example.com' }
const BEARER = { type: 'bearer', prefix: 'p_', verify: ME }
const CREDENTIALS = 'apis[0].credentials'

const CASES: Readonly<Record<string, [settings: Settings, ...paths: string[]]>> = {
  identity: [{ credentials: { type: 'identity' }, more: { signing: SIGNING, ...PUBLIC } }],
  'identity without a key': [{ credentials: { type: 'identity' }, more: PUBLIC }, CREDENTIALS],
  'identity without a name': [{ credentials: { type: 'identity' }, more: { signing: SIGNING } }, CREDENTIALS],
  'identity in a header of the connection': [
    { credentials: { type: 'identity', header: 'Host' }, more: { signing: SIGNING, ...PUBLIC } },
    `${CREDENTIALS}.header`,
  ],
  'something behind identity': [
    { credentials: [{ type: 'identity' }, { type: 'none' }], more: { signing: SIGNING, ...PUBLIC } },
    `${CREDENTIALS}[1]`,
  ],
  exchange: [{ auth: [JWT], credentials: EXCHANGE }],
  'exchange on loopback': [
    { auth: [JWT], credentials: { ...EXCHANGE, tokenEndpoint: 'http://127.0.0.1:9/token' } },
  ],
  'exchange over plain http': [
    { auth: [JWT], credentials: { ...EXCHANGE, tokenEndpoint: 'http://id.example.com/token' } },
    `${CREDENTIALS}.tokenEndpoint`,
  ],
  'exchange with a user in the URL': [
    { auth: [JWT], credentials: { ...EXCHANGE, tokenEndpoint: 'https://a:b@id.example.com/token' } },
    `${CREDENTIALS}.tokenEndpoint`,
  ],
  'exchange nowhere': [
    { auth: [JWT], credentials: { ...EXCHANGE, tokenEndpoint: 'ftp://id.example.com' } },
    `${CREDENTIALS}.tokenEndpoint`,
  ],
  'exchange of nothing': [{ credentials: EXCHANGE }, CREDENTIALS],
  'exchange of two issuers’ tokens': [{ auth: [JWT, OTHER], credentials: EXCHANGE }, CREDENTIALS],
  'exchange of one of two': [{ auth: [JWT, OTHER], credentials: { ...EXCHANGE, from: [JWT.issuer] } }],
  'exchange of a stranger’s': [
    { auth: [JWT], credentials: { ...EXCHANGE, from: ['https://id.example.com/'] } },
    `${CREDENTIALS}.from[0]`,
    CREDENTIALS,
  ],
  'exchange of the product’s': [{ auth: [BEARER], credentials: { ...EXCHANGE, from: ['billing'] } }],
  'exchange of the product’s, not said': [{ auth: [BEARER], credentials: EXCHANGE }, CREDENTIALS],
  'exchange with a line break': [
    { auth: [JWT], credentials: { ...EXCHANGE, audience: 'a\nb' } },
    `${CREDENTIALS}.audience`,
  ],
  sealed: [{ credentials: { type: 'sealed' }, more: { sealing: SEALING } }],
  'sealed without a key': [{ credentials: { type: 'sealed' } }, CREDENTIALS],
  'sealed for two kinds of subjects': [
    { auth: [{ type: 'token' }, JWT], credentials: { type: 'sealed' }, more: { sealing: SEALING } },
    CREDENTIALS,
  ],
  'sealed for one of them': [
    {
      auth: [{ type: 'token' }, JWT],
      credentials: { type: 'sealed', schemes: ['jwt'] },
      more: { sealing: SEALING },
    },
  ],
  'sealed for a scheme that is not there': [
    { credentials: { type: 'sealed', schemes: ['jwt'] }, more: { sealing: SEALING } },
    `${CREDENTIALS}.schemes`,
  ],
  'sealed for nobody': [
    {
      auth: [{ type: 'anonymous', scopes: ['*'] }],
      credentials: { type: 'sealed' },
      more: { sealing: SEALING },
    },
    CREDENTIALS,
  ],
  'sealed with a foreign subject': [
    { credentials: { type: 'sealed', headers: ['Token'], subject: 'Email' }, more: { sealing: SEALING } },
    `${CREDENTIALS}.subject`,
  ],
  'sealed with a header twice': [
    { credentials: { type: 'sealed', headers: ['Token', 'token'] }, more: { sealing: SEALING } },
    `${CREDENTIALS}.headers`,
  ],
  'sealed in a cookie': [
    { credentials: { type: 'sealed', headers: ['Cookie'] }, more: { sealing: SEALING } },
    `${CREDENTIALS}.headers[0]`,
  ],
  'forward, then forward': [
    { auth: [BEARER], credentials: [{ type: 'forward' }, { type: 'forward', from: ['billing'] }] },
  ],
  'forward of a stranger’s': [
    { auth: [BEARER], credentials: { type: 'forward', from: ['nothing'] } },
    `${CREDENTIALS}.from[0]`,
    CREDENTIALS,
  ],
}

for (const [name, [settings, ...paths]] of Object.entries(CASES)) {
  t.test(name, async t => {
    const problems = problemsOf(t, settings)
    t.strictSame(problems.map(({ path }) => path).sort(), paths.sort())
    for (const { message, fix } of problems) {
      t.match(message, FIX)
      t.match(fix, FIX)
    }
  })
}

t.test('several APIs: what would be forwarded to another one has to be said', async t => {
  const verify = (api: string) => ({ ...ME, api })
  const apis = (credentials: object, own: object = { type: 'forward' }) => ({
    apis: [
      { name: 'billing', openapi: 'b.yaml', credentials: own },
      { name: 'ledger', openapi: 'l.yaml', credentials },
    ],
  })
  const forward = { type: 'forward' }
  t.strictSame(problemsOf(t, { auth: [BEARER], more: apis({ type: 'none' }) }), [])
  t.match(problemsOf(t, { auth: [BEARER], more: apis(forward) }), [
    {
      path: 'apis[1].credentials',
      message: /billing’s, and go to no other API/,
      fix: /from: \[billing\] if ledger may/,
    },
  ])
  t.strictSame(problemsOf(t, { auth: [BEARER], more: apis({ ...forward, from: ['billing'] }) }), [])
  const two = [BEARER, { type: 'headers', headers: ['Email', 'Token'], verify: verify('ledger') }]
  t.strictSame(problemsOf(t, { auth: two, more: apis(forward) }), [], 'each has its own')
})

t.test(
  'an introspected token is the authorization server’s, unless it is said to be the backend’s',
  async t => {
    const introspection = {
      url: 'https://id.example.com/introspect',
      clientId: 'postern',
      clientSecret: 'x',
      audience: 'https://mcp.example.com/mcp',
    }
    const auth = (more: object = {}) => [
      { type: 'bearer', verify: { introspection: { ...introspection, ...more } } },
    ]
    const paths = (settings: Settings) => problemsOf(t, settings).map(({ path }) => path)
    t.strictSame(paths({ auth: auth(), credentials: { type: 'forward' } }), [CREDENTIALS])
    t.strictSame(paths({ auth: auth({ forward: true }), credentials: { type: 'forward' } }), [])
    const from = [introspection.url]
    t.strictSame(paths({ auth: auth(), credentials: { ...EXCHANGE, from } }), [])
    const issuer = 'https://id.example.com'
    t.strictSame(paths({ auth: auth({ issuer }), credentials: { ...EXCHANGE, from: [issuer] } }), [])
  },
)

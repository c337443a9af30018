/** `listen.tls`: what is wrong with a certificate is said before anybody connects. */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findServer, serverUrl } from '../../src/cli/server-url.ts'
import { checkTls } from '../../src/config/checks/tls.ts'
import type { Config } from '../../src/config/config.ts'
import { configNotes } from '../../src/config/config-notes.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { ConfigProblem } from '../../src/config/problem.ts'
import { refuseRestartOnly } from '../../src/config/refuse-restart-only.ts'
import { PosternError } from '../../src/errors.ts'
import { type Made, makeAuthority, makeCertificate, makeKey } from '../make-certificate.ts'

const DAY = 86_400_000

interface Written {
  readonly load: (more?: string, env?: NodeJS.ProcessEnv) => Config
  readonly problems: (more?: string, env?: NodeJS.ProcessEnv) => readonly ConfigProblem[]
  readonly path: (name: string) => string
}

function write(t: Test, { cert, key }: Partial<Made>, tls = ''): Written {
  const directory = mkdtempSync(join(tmpdir(), 'postern-test-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const path = (name: string) => join(directory, name)
  if (cert !== undefined) writeFileSync(path('cert.pem'), cert)
  if (key !== undefined) writeFileSync(path('key.pem'), key, { mode: 0o600 })
  const load = (more = '', env: NodeJS.ProcessEnv = {}) => {
    writeFileSync(
      path('postern.yaml'),
      `name: acme
apis: [{ name: billing, openapi: billing.yaml }]
auth: [{ type: token }]
listen: { port: 8443, tls: { cert: ./cert.pem, key: key.pem${tls} } }
${more}`,
    )
    return loadConfig(path('postern.yaml'), { env })
  }
  return {
    load,
    path,
    problems(more, env) {
      try {
        load(more, env)
      } catch (error) {
        if (!(error instanceof PosternError)) throw error
        return (error.data as { problems: readonly ConfigProblem[] }).problems
      }
      return []
    },
  }
}

const good = makeCertificate()

t.test('a certificate and its key, and what is taken by default', async t => {
  const config = write(t, good).load()
  t.match(config.listen, {
    host: '127.0.0.1',
    port: 8443,
    tls: { minVersion: 'TLSv1.2', certificate: good.cert },
  })
  t.match(write(t, good, ', minVersion: TLSv1.3').load().listen.tls, { minVersion: 'TLSv1.3' })
  t.equal(config.publicUrl, undefined)
  t.equal(serverUrl(config, findServer(config, undefined)), 'https://127.0.0.1:8443/mcp')
})

t.test('where a proxy terminates TLS the gateway speaks none, and asks for no files', async t => {
  const config = write(t, {}, ', terminatedBy: "$' + '{TLS_BY:-gateway}"')
  t.equal(config.load('', { TLS_BY: 'proxy' }).listen.tls, undefined)
  t.match(config.problems(), [{ path: 'listen.tls.cert' }, { path: 'listen.tls.key' }])
  for (const by of ['Proxy', 'off', 'false', 'none']) {
    t.match(config.problems('', { TLS_BY: by }), [{ path: 'listen.tls.terminatedBy' }], by)
  }
  const native = write(t, good, ', terminatedBy: gateway').load()
  t.throws(() => refuseRestartOnly(native, config.load('', { TLS_BY: 'proxy' })), /listen\.tls/)
})

t.test('older versions can’t be written', async t => {
  for (const version of ['TLSv1', 'TLSv1.1', 'SSLv3']) {
    t.match(write(t, good, `, minVersion: ${version}`).problems(), [{ path: 'listen.tls.minVersion' }])
  }
})

t.test('what is wrong is said plainly, and each with what to do', async t => {
  const authority = makeAuthority()
  const signed = makeCertificate({ authority })
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const weak = makeCertificate({ key: small.export({ type: 'pkcs8', format: 'pem' }).toString() })
  const at = (days: number) => new Date(Date.now() + days * DAY)
  const cases: readonly [string, Partial<Made>, string, RegExp][] = [
    ['no certificate file', { key: good.key }, 'listen.tls.cert', /no such file/],
    ['no key file', { cert: good.cert }, 'listen.tls.key', /no such file/],
    ['a file without a certificate', { ...good, cert: 'hello' }, 'listen.tls.cert', /no certificate in PEM/],
    [
      'the key in the place of the certificate',
      { ...good, cert: good.key },
      'listen.tls.cert',
      /no certificate/,
    ],
    [
      'a damaged certificate',
      { ...good, cert: good.cert.replace(/\nM/, '\nA') },
      'listen.tls.cert',
      /damaged/,
    ],
    ['no key', { ...good, key: good.cert }, 'listen.tls.key', /no private key/],
    [
      'a damaged key',
      { ...good, key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
      'listen.tls.key',
      /damaged/,
    ],
    ['another key', { ...good, key: makeKey() }, 'listen.tls.key', /does not belong/],
    ['an expired one', makeCertificate({ from: at(-9), until: at(-1) }), 'listen.tls.cert', /expired on 20/],
    ['one for later', makeCertificate({ from: at(1) }), 'listen.tls.cert', /not valid before 20/],
    [
      'one of a client',
      makeCertificate({ purposes: ['1.3.6.1.5.5.7.3.2'] }),
      'listen.tls.cert',
      /not for servers/,
    ],
    [
      'the authority’s first',
      { cert: authority.cert + signed.cert, key: signed.key },
      'listen.tls.cert',
      /first certificate is not the server’s/,
    ],
    ['a key that is too short', weak, 'listen.tls.cert', /can’t be spoken with it/],
  ]
  for (const [what, made, path, message] of cases) {
    t.match(write(t, made).problems(), [{ path, message, fix: /\w/ }], what)
  }
  t.same(write(t, { cert: signed.cert + authority.cert, key: signed.key }).problems(), [], 'a chain')
})

t.test('no problem shows anything of a key', async t => {
  const broken = { ...good, key: good.key.replace('PRIVATE KEY-----\n', 'PRIVATE KEY-----\nsecret-text') }
  t.notMatch(JSON.stringify(write(t, broken).problems()), /secret-text|BEGIN/)
})

t.test('an encrypted key needs its passphrase, from the environment', async t => {
  const key = makeKey('open sesame')
  const plain = makeCertificate()
  const encrypted = { cert: plain.cert, key }
  t.match(write(t, encrypted).problems(), [{ path: 'listen.tls.key', message: /encrypted/ }])
  const asked = ', passphrase: "$' + '{PASS}"'
  const wrong = write(t, encrypted, asked).problems('', { PASS: 'open barley' })
  t.match(wrong, [{ path: 'listen.tls.key', message: /passphrase does not open/ }])
  t.notMatch(JSON.stringify(wrong), /barley/)
  const right = write(t, encrypted, asked).problems('', { PASS: 'open sesame' })
  t.match(right, [{ message: /does not belong/ }], 'opened, and then seen to be another certificate’s')
})

t.test('publicUrl is https where the gateway speaks TLS', async t => {
  t.match(write(t, good).problems('publicUrl: http://localhost:8443'), [{ path: 'publicUrl', fix: /https/ }])
  t.same(write(t, good).problems('publicUrl: https://localhost:8443'), [])
})

t.test(
  'notes: a name that is not covered, an end that is near, a key for all, a chain out of order',
  async t => {
    const paths = (config: Config) =>
      configNotes(config).flatMap(({ path, message }) =>
        path.startsWith('listen') ? `${path}: ${message}` : [],
      )
    t.same(paths(write(t, good).load('publicUrl: https://localhost:8443')), [])
    t.match(paths(write(t, good).load('publicUrl: https://mcp.acme.example')), [
      /cert: .* not for mcp\.acme\.example/,
    ])
    t.match(paths(write(t, good).load('publicUrl: https://127.0.0.2')), [/not for 127\.0\.0\.2/])
    const wild = makeCertificate({ names: ['*.acme.example'] })
    t.same(paths(write(t, wild).load('publicUrl: https://mcp.acme.example')), [])
    const soon = makeCertificate({ until: new Date(Date.now() + 3.5 * DAY) })
    t.match(paths(write(t, soon).load()), [/cert: the certificate ends on .*, in 3 days/])
    const mixed = { cert: good.cert + makeAuthority().cert, key: good.key }
    t.match(paths(write(t, mixed).load()), [/certificate 1 of the file was not issued by the one after it/])
    const open = write(t, good)
    chmodSync(open.path('key.pem'), 0o644)
    t.match(paths(open.load()), [/key: every user/])
  },
)

t.test('who guesses is told apart without a proxy where the gateway speaks TLS itself', async t => {
  const notes = configNotes(write(t, good).load('publicUrl: https://localhost:8443'))
  t.notOk(notes.some(({ path }) => path === 'trustedProxies'))
})

t.test('the end of a certificate is measured by the clock of the check', async t => {
  const config = write(t, good).load()
  t.same(checkTls(config), [])
  t.match(checkTls(config, Date.now() + 91 * DAY), [{ message: /expired/ }])
  t.match(checkTls(config, Date.now() - 2 * DAY), [{ message: /not valid before/ }])
})

t.test('a reload takes another certificate, but not TLS where there was none', async t => {
  const before = write(t, good).load()
  const renewed = write(t, makeCertificate(), ', minVersion: TLSv1.3').load()
  t.doesNotThrow(() =>
    refuseRestartOnly({ ...before, file: renewed.file, directory: renewed.directory }, renewed),
  )
  const plain: Config = { ...before, listen: { host: before.listen.host, port: before.listen.port } }
  for (const [from, to] of [
    [before, plain],
    [plain, before],
  ] as const) {
    t.throws(() => refuseRestartOnly(from, to), { message: /listen\.tls/ })
  }
})

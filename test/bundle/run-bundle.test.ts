/** Bundles as people have them: unpacked by the official tool, run as the manifest says, against a real gateway. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { remoteUrl } from '../../src/bridge/remote-url.ts'
import { bridgeFiles } from '../../src/bundle/bridge-files.ts'
import { describeBundle } from '../../src/bundle/describe-bundle.ts'
import { makeBundle } from '../../src/bundle/make-bundle.ts'
import { type Built, build } from '../build.ts'
import { makeAuthority, makeCertificate } from '../make-certificate.ts'
import { install, nodes, run } from './unpack.ts'

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'claude', version: '1' } },
}
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' }
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const CALL = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'tally_list_invoices' } }
const SESSION = [INITIALIZE, INITIALIZED, LIST, CALL]

async function installed(t: Test, { config, url }: Built, auth: string) {
  const [server] = config.servers
  if (server === undefined) throw new Error('no server')
  const bundle = describeBundle(config, server, { url: remoteUrl(url), version: '1.2.3', auth })
  return install(makeBundle(bundle, bridgeFiles()), t.testdir({}))
}

const built = await build(t)

t.test('a token that is pasted gets its tools, with every Node that the manifest names', async t => {
  const bundle = await installed(t, built, 'token')
  const { token } = await built.mint(['read:invoices'])
  for (const node of nodes()) {
    const { answers, errors, code } = await run(bundle, { token }, SESSION, { node })
    t.equal(errors, '', node)
    t.equal(code, 0)
    const [initialized, listed, called] = answers.toSorted((a, b) => a.id - b.id)
    t.equal(initialized.result.serverInfo.title, 'Tallybook')
    t.ok(listed.result.tools.some(({ name }: { name: string }) => name === 'tally_list_invoices'))
    t.notOk(listed.result.tools.some(({ name }: { name: string }) => name === 'tally_send_invoice'))
    t.notOk(called.result.isError)
    t.type(called.result.structuredContent, 'object')
  }
})

t.test('the era without handshake, with a token that was copied along with its Bearer', async t => {
  const bundle = await installed(t, built, 'bearer')
  const token = `Bearer ${built.product.credentials.pat(['*'])} `
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const { answers } = await run(bundle, { token }, [
    { jsonrpc: '2.0', id: 'd', method: 'server/discover', params: { _meta } },
    { ...CALL, params: { ...CALL.params, _meta } },
  ])
  const ended = answers.map(({ id, error }) => [id, error])
  t.same(ended.toSorted(), [
    [2, undefined],
    ['d', undefined],
  ])
})

t.test('a wrong token: the client hears why, and its log says what to do', async t => {
  const bundle = await installed(t, built, 'token')
  const secret = 'postern_pat_not-a-token-that-anybody-has'
  const { answers, errors, code } = await run(bundle, { token: secret }, SESSION)
  t.same(answers.map(({ id, error }) => [id, error.code]).toSorted(), [
    [0, 401],
    [1, 401],
    [2, 401],
  ])
  t.match(
    errors,
    /^Tallybook: 127\.0\.0\.1:\d+ does not know this credential: .* Open Settings → Extensions → Tallybook → Configure in Claude Desktop/,
  )
  t.notMatch(errors + JSON.stringify(answers), secret)
  t.equal(code, 0)
})

t.test('a value that no header may have is never sent', async t => {
  const bundle = await installed(t, built, 'token')
  const before = built.audit().length
  const { answers } = await run(bundle, { token: 'a\nX-Forwarded-For: 1.2.3.4' }, [INITIALIZE, LIST])
  t.same(
    answers.map(({ error }) => error.code),
    [401, 401],
  )
  t.match(answers[0].error.message, /characters that no header may have/)
  t.notMatch(JSON.stringify(answers), '1.2.3.4')
  t.equal(built.audit().length, before)
})

t.test('a header pair is asked for in two fields, and only one of them is masked', async t => {
  const bundle = await installed(t, built, 'headers')
  t.match(bundle.manifest.user_config, {
    header_1: { title: 'Email', sensitive: false, required: true },
    header_2: { title: 'Token', sensitive: true, required: true },
  })
  const { email, token } = built.product.credentials.pair()
  const { answers, errors } = await run(bundle, { header_1: email, header_2: token }, SESSION)
  t.equal(errors, '')
  t.equal(answers.filter(({ result }) => result !== undefined && !result.isError).length, 3)
  const half = await run(bundle, { header_1: email, header_2: ' ' }, [LIST])
  t.match(half.answers[0].error.message, /^Token is not filled in/)
})

t.test(
  'a server that asks for nothing: no field, and no token of somebody’s environment is sent',
  async t => {
    const open = await build(t, config => ({
      ...config,
      auth: [{ type: 'anonymous', scopes: ['read:*'] }],
      apis: config.apis.map(api => ({
        ...api,
        credentials: api.credentials.filter(({ type }) => type === 'static'),
      })),
    }))
    const { directory, manifest } = await installed(t, open, 'anonymous')
    t.equal(manifest.user_config, undefined)
    const mine = structuredClone(manifest)
    if (mine.server.mcp_config === undefined) throw new Error('no mcp_config')
    mine.server.mcp_config.env = { POSTERN_TOKEN: 'of-another-gateway' }
    const { answers, errors } = await run({ directory, manifest: mine }, {}, SESSION)
    t.equal(errors, '')
    t.equal(answers.filter(({ result }) => result !== undefined).length, 3)
    await open.app.close()
    const gone = await run({ directory, manifest }, {}, [INITIALIZE])
    t.match(gone.answers[0].error, { code: 502, message: /^Nothing listens at 127\.0\.0\.1/ })
  },
)

t.test('a certificate of a company’s own authority, which only the system knows', async t => {
  const authority = makeAuthority()
  const { cert, key } = makeCertificate({ authority })
  const texts = { certificate: cert, privateKey: key, isKeyOpen: false }
  const inside = await build(t, config => ({
    ...config,
    publicUrl: undefined,
    listen: {
      host: '127.0.0.1',
      port: 0,
      tls: { cert: 'cert.pem', key: 'key.pem', minVersion: 'TLSv1.2', ...texts },
    },
  }))
  const bundle = await installed(t, inside, 'token')
  const ca = join(bundle.directory, 'ca.pem')
  writeFileSync(ca, authority.cert)
  const { token } = await inside.mint(['read:invoices'])
  const known = await run(bundle, { token }, SESSION, { env: { SSL_CERT_FILE: ca } })
  t.equal(known.errors, '')
  t.equal(known.answers.filter(({ result }) => result !== undefined && !result.isError).length, 3)
  const unknown = await run(bundle, { token }, [INITIALIZE])
  t.match(unknown.answers[0].error, { code: 502, message: /^The TLS certificate of .* is not trusted here/ })
})

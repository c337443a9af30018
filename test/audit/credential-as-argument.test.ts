/** A model that is asked for an id and holds a token writes the token: the audit must not keep it for its readers. */
import t from 'tap'
import { hideCredentials } from '../../src/audit/hide-credentials.ts'
import { redactArguments } from '../../src/audit/record.ts'
import type { Config } from '../../src/config/config.ts'
import { rpc } from '../build.ts'
import { makeTool } from '../policy/make-tool.ts'
import { smallGateway } from '../small-gateway.ts'

const AUTH = [
  { type: 'token', prefix: 'lct_pat_' },
  { type: 'bearer', prefix: 'sk.live+' },
  { type: 'bearer' },
  { type: 'oauth', prefix: 'lct_' },
] as unknown as Config['auth']
const hide = hideCredentials(AUTH)
const SECRET = 'Zm9vYmFyYmF6cXV4'
const TOOL = makeTool('lct_list_invoices', 'read:x')

t.test('each kind, wherever it stands in a text', async t => {
  const jwt = `eyJhbGciOiJFUzI1NiJ9.${SECRET}.${SECRET}`
  for (const credential of [
    ...['lct_pat_', 'sk.live+', 'lct_oat_', 'lct_ort_', 'lct_oac_', 'lct_ocs_'].map(
      prefix => prefix + SECRET,
    ),
    jwt,
  ]) {
    t.equal(hide(credential), '[credential]')
    t.equal(
      hide(`Bearer ${credential}, twice: "${credential}"`),
      'Bearer [credential], twice: "[credential]"',
    )
    t.equal(hide(`https://a.example/x?token=${credential}`), 'https://a.example/x?token=[credential]')
  }
  for (const text of [
    'lct_pat_',
    'lct_pat_short',
    'an lct_list_invoices call',
    'skxlive+Zm9vYmFyYmF6',
    'eyJhbGciOi.x',
  ])
    t.equal(hide(text), text)
  const words = 'everything.is.as.it.was'
  t.equal(hideCredentials([])(words), words)
})

t.test('values, keys, texts with JSON, long texts, and calls of no tool', async t => {
  const token = `lct_pat_${SECRET}`
  const args = {
    id: token,
    [token]: 1,
    [`${token}2`]: 2,
    list: [{ deep: [`Bearer ${token}`] }],
    params: JSON.stringify({ id: token, [token]: JSON.stringify([token]) }),
    broken: `{"id": "${token}`,
    long: `${'x '.repeat(120)} ${token} ${'y'.repeat(2_000)}`,
    cut: `${'x '.repeat(126)} ${token}`,
  }
  for (const tool of [TOOL, undefined]) {
    const redacted = redactArguments(args, tool, hide)
    t.notMatch(JSON.stringify(redacted), SECRET.slice(0, 4))
    t.match(JSON.stringify(redacted), '[credential]')
  }
  t.match(
    redactArguments(args, TOOL, hide),
    { '[credential]': 1, '[credential] (2)': 2 },
    'none takes another’s place',
  )
  t.equal(args.id, token, 'a copy')
})

t.test('through the whole gateway', async t => {
  const { url, mint, audit } = await smallGateway(
    t,
    (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    `
apis: [{ name: items, openapi: api.yaml, upstream: UPSTREAM, credentials: { type: none }, tools: { prefix: '' } }]
auth: [{ type: token }]
`,
  )
  const { token } = await mint(['*'])
  const call = (name: string, args: object) => rpc(url, token, 'tools/call', { name, arguments: args })
  t.equal((await call('get_item', { id: token })).status, 200)
  await call('get_item', { [token]: token })
  await call(`get_item ${token}`, { id: token })
  await rpc(url, token, 'resources/read', { uri: `items://${token}` })
  const records = audit()
  t.ok(records.length >= 3)
  t.match(records[0], { tool: 'get_item', arguments: { id: '[credential]' } })
  t.match(
    records.map(({ tool }) => tool),
    ['get_item', 'get_item', 'get_item [credential]'],
  )
  t.notMatch(JSON.stringify(records), token.slice('acme_pat_'.length))
})

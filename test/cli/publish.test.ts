import { join } from 'node:path'
import t from 'tap'
import { documentText } from '../../src/cli/publish.ts'
import { loadConfig } from '../../src/config/load.ts'
import { PosternError } from '../../src/errors.ts'
import { runPostern, workspace } from './run-postern.ts'

const READY = {
  publicUrl: 'https://mcp.acme.example',
  publication: { description: 'Invoices.', version: '1.0.0', tools: true },
  servers: [{ path: '/mcp' }, { path: '/mcp/admin' }],
}
const TWO = { ...READY, publication: { ...READY.publication, servers: ['/mcp/admin'] } }

t.test('server.json is printed, and nothing besides', async t => {
  const cwd = workspace(t, READY)
  const { status, stdout, stderr } = runPostern(['publish'], { cwd })
  t.equal(status, 0)
  t.equal(stderr, '')
  t.match(JSON.parse(stdout), { name: 'example.acme.mcp/acme', version: '1.0.0' })
})

t.test('what is missing is told in words, and nothing is printed', async t => {
  const { status, stdout, stderr } = runPostern(['publish'], { cwd: workspace(t) })
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, /publication\.description: the MCP registry asks for it\n {2}fix: {3}write one sentence/)
  t.match(stderr, /publication\.version: /)
  t.match(stderr, /publicUrl: the MCP registry takes https URLs/)
  t.match(stderr, /3 problems in/)
})

t.test('every document is printed as it is served', async t => {
  const config = loadConfig(join(workspace(t, READY), 'postern.yaml'), { env: {} })
  t.match(JSON.parse(await documentText(config, 'server-card')), { name: 'example.acme.mcp/acme' })
  t.match(JSON.parse(await documentText(config, 'ai-catalog.json')), { entries: [{}, {}] })
  t.match(await documentText(config, 'llms.txt'), /^# acme\n/)
  t.match(await documentText(config, 'llms-full.txt'), /### acme_/)
  t.match(await documentText(config, 'tools.md', '/mcp/admin'), /mcp\/admin`[\s\S]+### acme_/)
  t.match(JSON.parse(await documentText(config, 'server.json', '/mcp/admin')), {
    name: 'example.acme.mcp/acme-admin',
    remotes: [{ url: 'https://mcp.acme.example/mcp/admin' }],
  })
})

t.test('what is not published is not printed either', async t => {
  const of = (changes: object) => loadConfig(join(workspace(t, changes), 'postern.yaml'), { env: {} })
  const missing = (...given: Parameters<typeof documentText>) =>
    documentText(...given).then(
      () => undefined,
      (error: unknown) => (error instanceof PosternError ? error.data?.problems : undefined),
    )
  t.match(await missing(of({ publication: false }), 'llms.txt'), [{ path: 'publication' }])
  t.match(await missing(of({}), 'tools.md'), [{ path: 'publication.tools' }])
  t.match(await missing(of(TWO), 'server-card', '/mcp'), [{ path: 'publication.servers' }])
  t.match(await documentText(of(TWO), 'server-card'), /mcp\/admin/)
  await t.rejects(documentText(of(READY), 'server-card', '/other'), { code: 'not_found' })
})

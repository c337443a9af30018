import { join } from 'node:path'
import t from 'tap'
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import { loadConfig } from '../../src/config/load.ts'
import { PAT_PREFIX } from '../../src/demo/credentials.ts'
import { allRoutes } from '../../src/demo/routes.ts'
import { buildTallybook } from './tallybook.ts'

const file = join(import.meta.dirname, '../../config/invoicing.yaml')
const env = { INVOICING_SERVICE_TOKEN: 'tally_pat_not-a-real-one' }

t.test('the example configuration loads, and its defaults fit the product', async t => {
  const config = loadConfig(file, { env })
  const [api] = config.apis
  t.equal(config.name, 'tally')
  t.equal(api?.upstream, 'http://127.0.0.1:4010')
  t.match(api?.credentials, [
    { type: 'forward' },
    { type: 'static', header: 'Authorization', value: `Bearer ${env.INVOICING_SERVICE_TOKEN}` },
  ])
  t.match(config.passthrough, { path: '/api', api: 'invoicing' })
})

t.test('the address of the product comes from the environment', async t => {
  const config = loadConfig(file, { env: { ...env, INVOICING_URL: 'http://tallybook:4010' } })
  t.equal(config.apis[0]?.upstream, 'http://tallybook:4010')
})

t.test('a missing service token is a mistake of the configuration, not an empty credential', async t => {
  t.throws(() => loadConfig(file, { env: {} }), { code: 'configuration_invalid' })
})

t.test('tokens of the gateway and of the product can’t be taken for each other', async t => {
  const [own, product, pair] = loadConfig(file, { env }).auth
  t.match([own, product, pair], [{ type: 'token' }, { type: 'bearer' }, { type: 'headers' }])
  t.match(product, { prefix: PAT_PREFIX })
  t.match(own, { prefix: 'postern_pat_' })
  t.notOk(PAT_PREFIX.startsWith('postern_pat_') || 'postern_pat_'.startsWith(PAT_PREFIX))
})

t.test(
  'every operation but getMe is a tool that needs the very scope that the product will ask for',
  async t => {
    const { catalogue } = await loadCatalogue(loadConfig(file, { env }))
    const routes = allRoutes(buildTallybook(t).context).filter(route => route.scope !== undefined)
    t.same(
      Object.fromEntries(catalogue.tools.map(tool => [tool.operation.operationId, tool.scopes])),
      Object.fromEntries(routes.map(route => [route.operationId, [route.scope]])),
    )
    t.match(catalogue.byName.get('tally_delete_invoice'), { tier: 'manage', hints: { destructive: true } })
    t.match(catalogue.byName.get('tally_send_invoice'), { tier: 'manage', hints: { openWorld: true } })
  },
)

/** Several clusters behind one configuration: whose call goes where, and that nobody gets to another's. */
import t from 'tap'
import { call, rpc, visible } from '../ask.ts'
import { promise } from '../promise.ts'
import { createLuciq } from './backend.ts'
import { askHost } from './named-host.ts'
import { startLuciq } from './start.ts'

const product = createLuciq()
const { url, ...system } = await startLuciq(t, product)
const { northwind } = product

const COURIER = { 'northwind-courier': ['production'] } as const
const EVERYTHING = { ...COURIER, luciqai: ['production'] } as const
const LIST = { name: 'list_applications', arguments: {} }
const ROUTE = { application: 'northwind-courier', crash: 'crs_route' }

promise(t, '003', 'one configuration serves several clusters, each account from its own', async t => {
  const shared = product.account()
  const courier = product.account({ cluster: 'northwind', grants: COURIER })
  const seen = async (pair: typeof shared) =>
    (await call(url, pair, 'list_applications')).body.result.structuredContent.data[0].slug
  t.equal(await seen(shared), 'luciqai')
  const before = product.received.length
  t.equal(await seen(courier), 'northwind-courier')
  t.same(
    product.received.slice(before).map(({ path }) => path),
    ['/api/v1/me'],
    'the shared cluster only says whose they are',
  )
  const { path, headers } = northwind.received.at(-1) ?? {}
  t.equal(path, '/api/v1/applications')
  t.match(headers, { email: courier.Email, token: courier.Token }, 'the same two headers')
  t.match((await call(url, courier, 'get_crash', ROUTE)).body.result.structuredContent, { id: 'crs_route' })
  const { tenant, organization } = await system.audited(({ tool }) => tool === 'get_crash')
  t.same({ tenant, organization }, { tenant: 'northwind', organization: 'northwind' })
})

promise(t, '003', 'a cluster may have a URL of its own, which leads to the same endpoint', async t => {
  const { authority, origin } = system
  const courier = product.account({ cluster: 'northwind', grants: COURIER })
  const at = (host: string) => askHost({ origin, ca: authority.cert, host }, courier, 'tools/call', LIST)
  for (const host of ['api.instabug.com', 'northwind.instabug.com']) {
    const { status, body } = await at(host)
    t.equal(status, 200, host)
    t.match(body.result.structuredContent.data, [{ slug: 'northwind-courier' }], host)
  }
  const before = product.received.length
  t.not((await at('localhost')).status, 200, 'a name that was not agreed on')
  t.equal(product.received.length, before)
})

promise(t, '003', 'the data of one cluster is not to be had from another', async t => {
  // Granted by mistake, or asked for on purpose: the call never gets there.
  const shared = product.account({ grants: EVERYTHING })
  const courier = product.account({ cluster: 'northwind', grants: EVERYTHING })
  const [here, there] = [product.received.length, northwind.received.length]
  for (const name of ['get_crash', 'get_crash_stack_trace', 'list_crashes']) {
    const args = name === 'list_crashes' ? { application: 'northwind-courier' } : ROUTE
    t.equal((await call(url, shared, name, args)).body.result.isError, true, name)
  }
  t.equal(northwind.received.length, there)
  const login = await call(url, courier, 'get_crash', { application: 'luciqai', crash: 'crs_login' })
  t.equal(login.body.result.isError, true)
  const arrived = product.received.slice(here).filter(({ headers }) => headers.email === courier.Email)
  t.same(
    arrived.map(({ path }) => path),
    ['/api/v1/me'],
  )
})

t.test('nothing that a caller sends chooses the cluster', async t => {
  const shared = product.account()
  const before = northwind.received.length
  const claims = {
    'x-tenant': 'northwind',
    'x-cluster': 'northwind',
    'x-organization': 'northwind',
    'x-forwarded-host': 'northwind.instabug.com',
    forwarded: 'host=northwind.instabug.com',
  }
  const { body } = await rpc(url, shared, 'tools/call', LIST, claims)
  t.match(body.result.structuredContent.data, [{ slug: 'luciqai' }])
  for (const more of [{ cluster: 'northwind' }, { tenant: 'northwind' }, { _cluster: 'northwind' }]) {
    await rpc(url, shared, 'tools/call', { ...LIST, arguments: more, _meta: more })
  }
  const host = { origin: system.origin, ca: system.authority.cert, host: 'northwind.instabug.com' }
  const named = await askHost(host, shared, 'tools/call', LIST)
  t.match(named.body.result.structuredContent.data, [{ slug: 'luciqai' }])
  t.equal(northwind.received.length, before)
  const seen = product.received.at(-1)?.headers ?? {}
  t.notOk(Object.keys(claims).some(name => name in seen))
})

t.test('who is of no cluster that is listed sees no tool, and no cluster is asked', async t => {
  for (const cluster of ['atlantis', 'Shared', 'shared/', '__proto__', 'constructor', null]) {
    const pair = product.account({ cluster })
    const before = product.received.length
    t.same(await visible(url, pair), [], String(cluster))
    const { status, body } = await call(url, pair, 'list_applications')
    t.equal(status, 403)
    t.equal(body.error.data.code, 'access_denied')
    t.notMatch(JSON.stringify(body), /northwind|127\.0\.0\.1/)
    t.notOk(product.received.slice(before).some(({ path }) => path !== '/api/v1/me'))
  }
})

t.test('an account that was moved is served by its new cluster from the next request on', async t => {
  const pair = product.account({ grants: EVERYTHING })
  t.match((await call(url, pair, 'list_applications')).body.result.structuredContent.data, [
    { slug: 'luciqai' },
  ])
  product.move(pair.Email, 'northwind')
  const { body } = await call(url, pair, 'list_applications')
  t.match(body.result.structuredContent.data, [{ slug: 'northwind-courier' }])
  product.move(pair.Email, null)
  t.equal((await call(url, pair, 'list_applications')).status, 403)
})

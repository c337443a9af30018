import t from 'tap'
import { seededId } from '../../src/demo/identifier.ts'
import { buildTallybook } from './tallybook.ts'

t.test('a caller sees the workspaces of one organisation', async t => {
  const { as } = buildTallybook(t)
  const names = async (user: 'viewer' | 'outsider') =>
    (await as(user)('GET', '/v1/workspaces')).body.data.map(workspace => workspace.name)
  t.same(await names('viewer'), ['Workshop', 'Studio'])
  t.same(await names('outsider'), ['Press'])
})

t.test('one workspace, and another organisation’s is not there', async t => {
  const { as } = buildTallybook(t)
  const url = `/v1/workspaces/${seededId('ws', 'studio')}`
  t.match(await as('viewer')('GET', url), {
    status: 200,
    body: { name: 'Studio', currency: 'EUR', address: { city: 'Rotterdam' }, number_prefix: 'STU' },
  })
  t.equal((await as('outsider')('GET', url)).status, 404)
  t.equal((await as('viewer')('GET', '/v1/workspaces/ws_none')).status, 404)
})

/** What belongs to one organisation, of everyone's connections, tokens and clients. */
import t from 'tap'
import { connect, withOAuth } from './connect.ts'
import { type AdminGateway, adminGateway } from './gateway.ts'

/** Reads page by page, to the end. */
async function all({ ask }: AdminGateway, path: string, list: string): Promise<{ id: string }[]> {
  const found: { id: string }[] = []
  let next: string | undefined
  do {
    const { status, body } = await ask('GET', `${path}${next === undefined ? '' : `&after=${next}`}`)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    found.push(...body[list])
    next = body.next
  } while (next !== undefined)
  return found
}

const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id)

t.test('connections', async t => {
  const gateway = await adminGateway(t, withOAuth)
  const { app, ask } = gateway
  const [north, south]: [string[], string[]] = [[], []]
  for (let index = 0; index < 5; index++) {
    const client = `https://c${index}.example/c.json`
    north.push(await connect(app.store, 'ada', client, 'north'))
    south.push(await connect(app.store, 'ada', client, 'south'))
  }
  for (const limit of [1, 2, 5, 100]) {
    const found = await all(gateway, `/connections?organization=north&limit=${limit}`, 'connections')
    t.same(ids(found), north.toSorted(), `by ${limit}`)
  }
  const one = `/connections?organization=south&subject=ada&client=${encodeURIComponent('https://c3.example/c.json')}`
  t.same(ids((await ask('GET', one)).body.connections), [south[3]], 'with the other filters')
  for (const other of ['North', 'nort', 'north%20', 'nobody'])
    t.strictSame((await ask('GET', `/connections?organization=${other}`)).body, { connections: [] }, other)
  for (const bad of ['', '%20', 'x'.repeat(5_000), 'a%00'])
    t.match(await ask('GET', `/connections?organization=${bad}`), {
      status: 400,
      body: { error: { code: 'invalid_params' } },
    })
  t.equal((await ask('GET', '/connections?organization=north&organization=south')).status, 400)
})

t.test('tokens', async t => {
  const gateway = await adminGateway(t)
  const { ask } = gateway
  const made = async (organization: string | undefined, subject = 'ada') =>
    (await ask('POST', '/tokens', { body: { name: 'x', scopes: ['read:*'], subject, organization } })).body.id
  const expected: string[] = []
  for (let index = 0; index < 4; index++) {
    expected.push(await made('north'))
    await made('south')
    await made(undefined)
  }
  for (const limit of [1, 3, 100])
    t.same(ids(await all(gateway, `/tokens?organization=north&limit=${limit}`, 'tokens')), expected)
  const eve = await made('north', 'eve')
  t.same(ids((await ask('GET', '/tokens?organization=north&subject=eve')).body.tokens), [eve])
  t.strictSame((await ask('GET', '/tokens?organization=undefined')).body, { tokens: [] })
})

t.test('clients of machines', async t => {
  const gateway = await adminGateway(t, withOAuth)
  const { ask } = gateway
  const made = async (organization: string | undefined) =>
    (await ask('POST', '/clients', { body: { name: 'x', scopes: ['read:*'], organization } })).body.id
  const expected = [await made('north'), await made('north')]
  await made('south')
  await made(undefined)
  t.same(ids(await all(gateway, '/clients?organization=north&limit=1', 'clients')), expected.toSorted())
})

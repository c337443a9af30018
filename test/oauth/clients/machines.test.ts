import t from 'tap'
import { createClientSecrets } from '../../../src/oauth/clients/client-secret.ts'
import { createMachine, listMachines, revokeMachine } from '../../../src/oauth/clients/machines.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'
import { codeOf } from './fixtures.ts'

const KEYS = {
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
}
const BATCH = { name: 'Batch', scopes: ['read:invoices', 'read:invoices', 'write:*'] }
const secrets = createClientSecrets()

function setUp() {
  const store = createMemoryStore()
  return {
    store,
    make: (request: Parameters<typeof createMachine>[0]) =>
      createMachine(request, { store, secrets, prefix: 'acme_', now: 1_000 }),
  }
}

t.test('with a secret, or with keys', async t => {
  const { store, make } = setUp()
  const { machine, secret } = await make(BATCH)
  t.match(machine, {
    id: /^mch_[\w-]{22}$/,
    name: 'Batch',
    subject: machine.id,
    organization: undefined,
    roles: [],
    authentication: 'client_secret',
    createdAt: 1_000,
    revokedAt: undefined,
  })
  t.strictSame(machine.scopes, ['read:invoices', 'write:*'])
  t.match(secret, /^acme_ocs_[\w-]{32}$/)
  t.notMatch(await store.getRecord(`client:${machine.id}`), String(secret).slice(9))
  const keyed = await make({
    ...BATCH,
    subject: 'billing-job',
    organization: 'org-1',
    roles: ['a', 'a'],
    keys: KEYS,
  })
  t.match(keyed, {
    secret: undefined,
    machine: {
      authentication: 'private_key_jwt',
      subject: 'billing-job',
      organization: 'org-1',
      roles: ['a'],
    },
  })
  const listed = await listMachines(store)
  t.strictSame(
    listed.map(({ id }) => id),
    [machine.id, keyed.machine.id].sort(),
  )
  t.notMatch(JSON.stringify(listed), /argon2|hash|ocs_/)
})

t.test('what can’t be made', async t => {
  const { store, make } = setUp()
  const bad: readonly Parameters<typeof createMachine>[0][] = [
    { ...BATCH, name: '' },
    { ...BATCH, name: 'a\nb' },
    { ...BATCH, name: 'a\u202e' },
    { ...BATCH, scopes: [] },
    { ...BATCH, scopes: ['a b'] },
    { ...BATCH, scopes: ['a"'] },
    { ...BATCH, scopes: [''] },
    { ...BATCH, subject: '' },
    { ...BATCH, subject: 'a\u0000' },
    { ...BATCH, subject: 'x'.repeat(300) },
    { ...BATCH, organization: ' ' },
    { ...BATCH, roles: ['a\u2028'] },
    { ...BATCH, keys: {} },
    { ...BATCH, keys: null },
    { ...BATCH, keys: { keys: [{ ...KEYS.keys[0], d: 'x' }] } },
    { ...BATCH, keys: { keys: [{ kty: 'oct', k: 'x' }] } },
  ]
  for (const request of bad)
    t.equal(
      await codeOf(make(request)),
      'invalid_params',
      JSON.stringify(request).slice(0, 70).replaceAll('\u2028', ''),
    )
  t.strictSame(await listMachines(store), [])
})

t.test('revoked for good: no more tokens, and a word to all about those that it has', async t => {
  const { store, make } = setUp()
  const { machine } = await make(BATCH)
  t.equal(await revokeMachine(store, machine.id, 5_000), true)
  t.match(await listMachines(store), [{ id: machine.id, revokedAt: 5_000 }])
  t.match(store.revocations.find('client', machine.id), { at: 5_000, until: undefined, recheck: false })
  t.equal(await revokeMachine(store, machine.id, 9_000), true, 'repeating is harmless')
  t.match(await listMachines(store), [{ revokedAt: 5_000 }])
  for (const id of ['mch_AAAAAAAAAAAAAAAAAAAAAA', 'cli_AAAAAAAAAAAAAAAAAAAAAA', 'x', '', '__proto__'])
    t.equal(await revokeMachine(store, id, 1), false, id)
})

t.test('many are listed page by page', async t => {
  const { store } = setUp()
  const cheap = { make: async () => ({ secret: 's', hash: 'h' }) }
  for (let i = 0; i < 1_203; i++)
    await createMachine({ ...BATCH, name: `m${i}` }, { store, secrets: cheap, prefix: '', now: i })
  const all = await listMachines(store)
  t.equal(new Set(all.map(({ name }) => name)).size, 1_203)
})

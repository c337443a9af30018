import t from 'tap'
import { openState, type RequestState, sealState } from '../../src/elicitation/request-state.ts'
import { newInstallation } from '../../src/store/installation.ts'

const store = { installation: newInstallation() }
const STATE: RequestState = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  round: 1,
  tries: 0,
  startedAt: 1_000,
  expiresAt: 2_000,
  answers: { name: 'Łukasz' },
}
const BINDING = ['/mcp', 'delete_thing', 'fingerprint', 'digest', 'ann']

t.test('what was sealed is opened with the same binding, until it expires', async t => {
  const text = sealState(STATE, BINDING, store)
  t.strictSame(openState(text, BINDING, store, 1_999), STATE)
  t.throws(() => openState(text, BINDING, store, 2_000), {
    code: 'invalid_request_state',
    message: /too late/,
  })
})

t.test('and with no other, nor by another installation', async t => {
  const text = sealState(STATE, BINDING, store)
  for (const [index] of BINDING.entries()) {
    const other = BINDING.with(index, 'other')
    t.throws(() => openState(text, other, store, 1_999), { code: 'invalid_request_state' })
  }
  const shifted = ['/mcpdelete_thing', ...BINDING.slice(2)]
  t.throws(() => openState(text, shifted, store, 1_999), { code: 'invalid_request_state' })
  const elsewhere = { installation: newInstallation() }
  t.throws(() => openState(text, BINDING, elsewhere, 1_999), { code: 'invalid_request_state' })
  t.throws(() => openState(text, BINDING, { installation: undefined }, 1_999), { code: 'store_unavailable' })
})

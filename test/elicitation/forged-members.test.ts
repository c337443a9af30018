/** What a person reads before saying yes, where a model chose the names and the order of what is shown. */
import t from 'tap'
import { showValue } from '../../src/elicitation/show-value.ts'
import { confirmationMessage } from '../../src/elicitation/write-message.ts'

const show = (value: unknown) => showValue(value, ['a'], () => false)

t.test('a member’s name is no other member', async t => {
  t.equal(show({ 'to: “ann”), amount: 5, (x': 1 }), '(“to: ’ann’), amount: 5, (x”: 1)')
  t.equal(show({ 'lines 1-2': 1, _id: 2, 'a.b': 3 }), '(lines 1-2: 1, _id: 2, a.b: 3)')
  t.equal(show({ '': 1, ' ': 2 }), '(“”: 1, “”: 2)')
})

t.test('a list that is cut ends where it is cut', async t => {
  t.match(show(Array(8).fill('x'.repeat(100))), /…\)$/)
})

t.test('marks are not piled up over what stands around them', async t => {
  const shown = show(`x${'\u0336\u0489'.repeat(40)}y`)
  t.ok([...shown.matchAll(/\p{M}/gu)].length <= 4, shown)
  t.equal(show('Việt é'), '“Việt é”')
})

t.test('what a call needs is shown, however much is sent in front of it', async t => {
  const optional = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, index]))
  const properties = Object.fromEntries([...Object.keys(optional), 'amount', 'id'].map(name => [name, {}]))
  const inputSchema = { type: 'object', properties, required: ['amount', 'id'] }
  const tool = { name: 'pay', title: 'Pay', isSensitive: () => false, inputSchema }
  const lines = confirmationMessage({ tool, args: { ...optional, amount: 9_000, id: 'x' } }).split('\n')
  t.same(lines.slice(0, 3), ['Go ahead with “Pay”?', 'amount: 9000', 'id: “x”'])
  t.equal(lines.at(-1), 'and 12 more')
})

import t from 'tap'
import { canElicit } from '../../src/elicitation/can-elicit.ts'

t.test('an empty capability and one with forms say that a client can ask', async t => {
  for (const elicitation of [{}, { form: {} }, { form: {}, url: {} }])
    t.equal(canElicit({ elicitation }), true)
})

t.test('nothing else does', async t => {
  for (const elicitation of [{ url: {} }, { form: true }, true, null, [], 'form', undefined]) {
    t.equal(canElicit({ elicitation }), false)
  }
  for (const capabilities of [undefined, null, {}, [], 'elicitation', { sampling: {} }]) {
    t.equal(canElicit(capabilities), false)
  }
  t.equal(canElicit(JSON.parse('{"__proto__":{"elicitation":{}}}')), false)
})

import t from 'tap'
import { olderForm } from '../../src/elicitation/older-form.ts'

const request = (properties: object, required: string[] = []) => ({
  message: 'm',
  requestedSchema: { type: 'object', properties, required },
})

t.test(
  'choices with titles have names, defaults go but of yes and no, and lists that nobody needs are left out',
  async t => {
    const { requestedSchema } = olderForm(
      request({
        color: { type: 'string', oneOf: [{ const: 'r', title: 'Red' }], default: 'r' },
        count: { type: 'integer', minimum: 1, default: 2 },
        sure: { type: 'boolean', default: true },
        tags: { type: 'array', items: { type: 'string', enum: ['a'] } },
      }),
    )
    t.strictSame(requestedSchema.properties, {
      color: { type: 'string', enum: ['r'], enumNames: ['Red'] },
      count: { type: 'integer', minimum: 1 },
      sure: { type: 'boolean', default: true },
    })
  },
)

t.test('a list that is needed can’t be asked for', async t => {
  const tags = { type: 'array', items: { type: 'string', enum: ['a'] } }
  t.throws(() => olderForm(request({ tags }, ['tags'])), { code: 'user_not_asked', message: /tags/ })
})

import fc from 'fast-check'
import t from 'tap'
import { redactArguments } from '../../src/audit/record.ts'
import type { JsonObject, Tool } from '../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../catalogue/compile-document.ts'
import { makeTool } from '../policy/make-tool.ts'

const OPEN = makeTool('t', 'read:x')

/** The tool of an operation with this body. */
function toolOf(schema: JsonObject): Tool {
  return onlyTool(compileOperation({ operationId: 'do', requestBody: jsonBody(schema) }))
}

t.test('what the schema or the name marks is redacted, however deep', async t => {
  const tool = toolOf({
    type: 'object',
    properties: {
      note: { type: 'string' },
      code: { type: 'string', format: 'password' },
      once: { type: 'string', writeOnly: true },
      salary: { type: 'integer', 'x-sensitive': true },
      api_key: { type: 'string' },
      people: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            newPassword: { type: 'string' },
            birth: { 'x-sensitive': true },
          },
        },
      },
      anything: { type: 'object' },
    },
  })
  const args = {
    note: 'fine',
    code: 'S1',
    once: 'S2',
    salary: 3,
    api_key: 'S4',
    people: [{ name: 'Ada', newPassword: 'S5', birth: { year: 'S6' } }],
    anything: { deep: { authorization: 'S7', list: [{ client_secret: ['S8'] }] } },
  }
  const redacted = redactArguments(args, tool)
  t.same(redacted, {
    note: 'fine',
    code: '[redacted]',
    once: '[redacted]',
    salary: '[redacted]',
    api_key: '[redacted]',
    people: [{ name: 'Ada', newPassword: '[redacted]', birth: '[redacted]' }],
    anything: { deep: { authorization: '[redacted]', list: [{ client_secret: '[redacted]' }] } },
  })
  t.notMatch(JSON.stringify(redacted), /S\d/)
  t.equal(args.code, 'S1', 'a copy: the call itself keeps its values')
})

t.test('a secret in the wrong type or place is redacted all the same', async t => {
  const tool = toolOf({ type: 'object', properties: { code: { type: 'string', format: 'password' } } })
  t.same(redactArguments({ code: { a: ['S1'] }, extra: { password: 'S2' } }, tool), {
    code: '[redacted]',
    extra: { password: '[redacted]' },
  })
})

t.test('secrets are found in texts that hold JSON too', async t => {
  const person = { type: 'object', properties: { code: { type: 'string', format: 'password' } } }
  const tool = toolOf({ type: 'object', properties: { person, list: { type: 'array', items: person } } })
  const text = JSON.stringify
  t.same(
    redactArguments(
      {
        person: ' {"code":"S1","name":"Ada"}',
        list: text([{ code: 'S2' }]),
        extra: text({ a: text({ password: 'S3' }) }),
        plain: '[not JSON',
        long: `["${'x'.repeat(100_000)}"]`,
        deep: '['.repeat(30_000) + ']'.repeat(30_000),
      },
      tool,
    ),
    {
      person: '{"code":"[redacted]","name":"Ada"}',
      list: '[{"code":"[redacted]"}]',
      extra: text({ a: text({ password: '[redacted]' }) }),
      plain: '[not JSON',
      long: '[JSON of 100004 characters]',
      deep: '[[[[["[nested]"]]]]]',
    },
  )
})

t.test('without a tool only names are kept', async t => {
  t.same(redactArguments({ a: 'S1', b: { c: 'S2' } }, undefined), ['a', 'b'])
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 1]))
  t.equal((redactArguments(many, undefined) as unknown[]).length, 20)
})

t.test('long strings, lists, objects and depths are cut, and say how much was', async t => {
  const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`)
  const redacted = redactArguments(
    {
      text: 'x'.repeat(1_000),
      ['k'.repeat(1_000)]: 1,
      list: Array.from({ length: 30 }, (_, index) => index),
      object: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, index])),
      deep,
    },
    OPEN,
  ) as Record<string, unknown>
  t.equal(redacted.text, `${'x'.repeat(256)}… (1000 characters)`)
  t.ok(`${'k'.repeat(256)}… (1000 characters)` in redacted)
  t.same((redacted.list as unknown[]).slice(-2), [19, '[10 more]'])
  t.equal(Object.keys(redacted.object as object).length, 41)
  t.match(redacted.object, { '…': '[10 more]' })
  t.match(JSON.stringify(redacted.deep), '[nested]')
})

t.test('a wide and deep value can’t make a record or the work for it grow without bound', async t => {
  const wide = (depth: number): unknown =>
    depth === 0 ? 'x'.repeat(300) : Array.from({ length: 20 }, () => wide(depth - 1))
  let asked = 0
  const tool = {
    ...OPEN,
    isSensitive: () => {
      asked += 1
      return false
    },
  }
  const redacted = redactArguments({ wide: wide(3) }, tool)
  t.ok(asked <= 520, `${asked} questions`)
  t.ok(JSON.stringify(redacted).length < 300_000)
})

t.test('hostile members stay members', async t => {
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"x"}')
  const redacted = redactArguments(hostile, OPEN) as Record<string, unknown>
  t.equal(Object.getPrototypeOf(redacted), Object.prototype)
  t.ok(Object.hasOwn(redacted, '__proto__'))
  t.equal(({} as Record<string, unknown>).polluted, undefined)
  t.match(JSON.stringify(redacted), '"__proto__":{"polluted":true}')
})

t.test('what can’t be read or judged is left out, and nothing is thrown', async t => {
  const getter = Object.defineProperty({}, 'a', {
    enumerable: true,
    get() {
      throw new Error('no')
    },
  })
  t.equal(redactArguments(getter as JsonObject, OPEN), '[unreadable]')
  const proxy = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no')
      },
    },
  )
  t.equal(redactArguments(proxy, OPEN), '[unreadable]')
  t.equal(redactArguments(proxy, undefined), '[unreadable]')
  const broken = {
    ...OPEN,
    isSensitive: () => {
      throw new Error('no')
    },
  }
  t.equal(redactArguments({ a: 'S1' }, broken), '[unreadable]')
})

t.test('any JSON can be recorded, and no value below a credential’s name gets through', async t => {
  const tool = toolOf({ type: 'object' })
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, key) => {
      const args = { [key]: value, inner: [{ [key]: { password: ['S3CRET', value] } }] } as JsonObject
      const text = JSON.stringify(redactArguments(args, tool))
      t.equal(text.includes('S3CRET'), false)
      t.ok(text.length < 500_000)
    }),
    { numRuns: 200 },
  )
})

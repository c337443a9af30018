import t from 'tap'
import { otherNames } from '../../src/upstream/other-names.ts'
import { parameter, plan } from './fixtures/plan.ts'

const own = parameter('own')
const all = {
  path: ['/', parameter('id')],
  fixedQuery: [['beta', 'true']],
  query: [own, parameter('q')],
  headers: [parameter('X-H')],
  cookies: [parameter('c')],
} as const
const parts = ['id', 'q', 'X-H', 'c', 'beta']
const whole = { mediaType: 'a/b', whole: undefined, others: undefined, required: false } as const

t.test('the names of all places but one parameter’s own', async t => {
  t.strictSame(otherNames(plan(all), own), parts)
  const fields = [parameter('field')]
  t.strictSame(otherNames(plan({ ...all, body: { kind: 'form', ...whole, fields } }), own), [
    ...parts,
    'field',
  ])
  const part = {
    argument: 'a',
    name: 'part',
    mediaType: undefined,
    encoding: 'text',
    file: false,
    repeated: false,
    field: undefined,
  } as const
  t.strictSame(otherNames(plan({ ...all, body: { kind: 'multipart', ...whole, parts: [part] } }), own), [
    ...parts,
    'part',
  ])
  const properties = new Map([['wire', 'argument']])
  const body = { kind: 'properties', mediaType: 'a/b', properties, required: true } as const
  t.strictSame(otherNames(plan({ ...all, body }), own), [...parts, 'wire'])
})

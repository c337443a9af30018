import t from 'tap'
import { z } from 'zod'
import { pageOf, pageQuery, positionOf } from '../../src/demo/page.ts'
import { refusalOf } from './tallybook.ts'

const rows = ['c', 'b', 'a'].map(id => ({ id, created_at: '2025-01-01T00:00:00.000Z' }))
const name = (row: { id: string }) => row.id

t.test('a page says whether there is another, and its cursor leads there', async t => {
  const page = pageOf(rows, 2, name)
  t.same(page.data, ['c', 'b'])
  t.same(positionOf(page.next_cursor ?? undefined), rows[1])
  t.same(pageOf(rows, 3, name), { data: ['c', 'b', 'a'], next_cursor: null })
  t.same(pageOf([], 3, name), { data: [], next_cursor: null })
})

t.test('the start comes before every entry', async t => {
  t.ok(positionOf(undefined).created_at > '9999-12-31T23:59:59.999Z')
})

t.test('a cursor that was not made here is refused', async t => {
  const made = pageOf(rows, 1, name).next_cursor ?? ''
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  for (const cursor of [
    'x',
    '!',
    encode('one'),
    encode('one two three'),
    encode(' x'),
    `${made}=`,
    `${made}\n`,
  ]) {
    t.match(
      refusalOf(() => positionOf(cursor)),
      { status: 422, body: { errors: [{ in: 'query', pointer: '/cursor' }] } },
      cursor,
    )
  }
})

t.test('a limit is plain digits from 1 to 100', async t => {
  const query = z.strictObject(pageQuery)
  t.same(query.parse({}), { limit: 20 })
  t.same(query.parse({ limit: '100' }), { limit: 100 })
  for (const limit of ['', '0', '101', '-1', '1.5', '1e1', '0x10', ' 5', 'ten', '99999999999', ['1', '2']]) {
    t.notOk(query.safeParse({ limit }).success, JSON.stringify(limit))
  }
})

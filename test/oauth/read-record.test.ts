import t from 'tap'
import { z } from 'zod'
import { readRecord, requireRecord } from '../../src/oauth/read-record.ts'

const schema = z.strictObject({ grant: z.string() })

t.test('a record is read by its schema', async t => {
  t.same(readRecord(schema, '{"grant":"gra_1"}'), { grant: 'gra_1' })
  t.same(requireRecord(schema, '{"grant":"gra_1"}', 'a code'), { grant: 'gra_1' })
})

t.test('what no such record is tells nothing of itself', async t => {
  for (const text of [
    '',
    's3cret',
    '{"grant":',
    '{"grant":"s3cret","more":1}',
    '{"grant":["s3cret"]}',
    'null',
  ]) {
    t.equal(readRecord(schema, text), undefined, text)
    const thrown = t.throws(() => requireRecord(schema, text, 'a code'), {
      code: 'internal_error',
      detail: 'the record of a code can’t be read',
    })
    t.notMatch(JSON.stringify(thrown), 's3cret')
  }
})

import t from 'tap'
import { ANSWER, ANSWER_BYTES } from '../../bench/answer.ts'
import { openApiDocument } from '../../bench/openapi-document.ts'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}

for (const count of [1, 50, 1_000, 10_000]) {
  t.test(`a document of ${count} has so many operations, each with its own id`, async t => {
    const { paths } = openApiDocument(count) as Document
    const ids = Object.values(paths).flatMap(path =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    t.equal(ids.length, count)
    t.equal(new Set(ids).size, count)
    t.ok(ids.includes('get_invoice'))
  })
}

t.test('more than can be generated is refused, never quietly less', async t => {
  t.throws(() => openApiDocument(1_000_000), /can't generate/)
})

t.test('the backend’s answer is JSON of 509 bytes', async t => {
  t.equal(ANSWER_BYTES, 509)
  t.equal(Buffer.byteLength(ANSWER), 509)
  t.match(JSON.parse(ANSWER), { id: 'inv_0001' })
})

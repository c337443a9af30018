/** The judge must be able to say no, or its yes is worth nothing. */
import t from 'tap'
import { isCorpusMissing } from './documents.ts'
import { startJudge } from './judge/judge.ts'
import { readForJudge } from './judge/read-for-judge.ts'
import { reduceDocument } from './judge/reduce-document.ts'

t.test('the judge refuses what is wrong', { skip: isCorpusMissing }, async t => {
  const judge = await startJudge(reduceDocument(await readForJudge('petstore3.yaml')), 1)
  t.teardown(() => judge.close())
  const [origin = ''] = judge.origins
  const ask = async (path: string, method: string, type?: string, body?: string) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    const response = await fetch(origin + path, { method, body, headers })
    await response.arrayBuffer()
    const [judged, ...others] = judge.take()
    t.equal(others.length, 0, 'one request')
    return judged?.verdict
  }
  const JSON_TYPE = 'application/json'

  const good = await ask('/pet', 'POST', JSON_TYPE, '{"name":"Rex","photoUrls":["https://example.com/a"]}')
  t.strictSame(good, { operation: 'POST /pet', violations: [], isBlind: false }, 'what is right is accepted')
  const wrong: [string, string, string?, string?][] = [
    ['/pets', 'GET'],
    ['/pet/1', 'PUT'],
    ['/pet/rex', 'GET'],
    ['/pet/findByStatus?status=eaten', 'GET'],
    ['/pet', 'POST', JSON_TYPE, '{"name":"Rex"}'],
    ['/pet', 'POST', JSON_TYPE, '{"name":1,"photoUrls":[]}'],
    ['/pet', 'POST', 'text/csv', 'Rex'],
    ['/pet', 'POST'],
  ]
  for (const [path, method, type, body] of wrong) {
    const verdict = await ask(path, method, type, body)
    t.ok((verdict?.violations.length ?? 0) > 0, `${method} ${path} ${body ?? ''}`)
  }
})

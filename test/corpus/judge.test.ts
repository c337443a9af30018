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

t.test('what is kept from it costs it no finding about what was sent', async t => {
  const period = { type: 'object', required: ['end'], properties: { end: { type: 'integer' } } }
  const object = { type: 'object', properties: { a: { type: 'integer' } } }
  const query = { name: 'period', in: 'query', style: 'deepObject', explode: true, schema: period }
  const path = (name: string, schema: object, style: string) => {
    return { name, in: 'path', required: true, style, schema }
  }
  const list = { type: 'array', items: { type: 'integer' } }
  const form = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, period, list } }
  const content = {
    'application/x-www-form-urlencoded': {
      schema: form,
      encoding: { period: { style: 'deepObject', explode: true } },
    },
  }
  const responses = { 200: { description: '' } }
  const judge = await startJudge(
    reduceDocument({
      openapi: '3.1.0',
      info: { title: 't', version: '1' },
      paths: {
        '/a/{o}/{l}': {
          get: { parameters: [path('o', object, 'simple'), path('l', list, 'label'), query], responses },
        },
        '/b': { post: { requestBody: { required: true, content }, responses } },
      },
    }),
    1,
  )
  t.teardown(() => judge.close())
  const [origin = ''] = judge.origins
  const findings = async (address: string, body?: string) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const init = body === undefined ? {} : { method: 'POST', body, headers }
    await (await fetch(origin + address, init)).arrayBuffer()
    return judge.take().flatMap(({ verdict }) => verdict.violations)
  }
  t.strictSame(
    await findings('/a/a,1/.1,2'),
    [],
    'an optional object is left out, lists and objects are read',
  )
  t.strictSame(await findings('/a/a,1/.1?period[end]=1'), [])
  t.match(await findings('/a/a,x/.1'), [{ path: ['path', 'o', 'a'], code: 'type' }])
  t.match(await findings('/a/a,1/.1,x'), [{ path: ['path', 'l', '1'], code: 'type' }])
  t.match(await findings('/a/a,1/.1?period[end]=x'), [{ path: ['query', 'period', 'end'] }])
  t.match(await findings('/a/a,1/.1?period[start]=1'), [{ path: ['query', 'period'], code: 'required' }])
  t.strictSame(await findings('/b', 'name=x&list=1'), [])
  t.strictSame(await findings('/b', 'name=x&period%5Bend%5D=1'), [])
  t.match(await findings('/b', 'list=1'), [{ path: ['body'], code: 'required' }])
  t.match(await findings('/b', 'name=x&list=y'), [{ path: ['body', 'list', '0'], code: 'type' }])
  t.match(await findings('/b', 'name=x&period%5Bstart%5D=1'), [
    { path: ['body', 'period'], code: 'required' },
  ])
})

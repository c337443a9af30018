import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { ANSWER } from '../../bench/answer.ts'
import { startChild } from '../../bench/child.ts'
import { firstExchange } from '../../bench/first-exchange.ts'
import { LIST_SOURCE, SUBJECTS } from '../../bench/subjects.ts'

const ROWS = [
  ...['http-proxy', 'passthrough', 'tools-call', 'tools-call-oauth', 'tools-list-50', 'tools-list-1000'],
  ...['static-1000', 'tools-call-10', 'tools-call-10000', 'tools-call-redis', 'tokens-10', 'tokens-1000000'],
  ...['sdk-v2', 'sdk-v1'],
]

t.test('the rows are the documented ones, in their order', async t => {
  t.same(
    SUBJECTS.map(({ name }) => name),
    ROWS,
  )
})

t.test('each row’s server starts and gives the right answer', async t => {
  const root = t.testdir()
  const backend = await startChild('backend', [])
  t.teardown(() => backend.stop())
  let list: string | undefined
  for (const subject of SUBJECTS) {
    const directory = join(root, subject.name)
    await mkdir(directory)
    const child = await startChild(
      subject.server,
      subject.args({ backend: backend.url, directory, list }) ?? [],
    )
    t.teardown(() => child.stop())
    const { expected } = await firstExchange(subject, child)
    t.ok(expected.length >= Buffer.byteLength(ANSWER), `${subject.name} answers ${expected.length} bytes`)
    if (subject.name === LIST_SOURCE) {
      list = join(directory, 'list.json')
      await writeFile(list, expected)
    }
  }
})

t.test('a wrong answer names the row', async t => {
  const [proxy] = SUBJECTS
  const backend = await startChild('backend', [])
  t.teardown(() => backend.stop())
  if (proxy === undefined) throw new Error('there is no row')
  const wrong = { ...proxy, isRight: () => false }
  await t.rejects(firstExchange(wrong, backend), /http-proxy gave a wrong answer: status 200/)
})

t.test('a call’s result and a list are told apart from errors', async t => {
  for (const subject of SUBJECTS) {
    for (const body of ['{}', '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no"}}']) {
      t.notOk(subject.isRight(body), `${subject.name}: ${body}`)
    }
  }
})

/** Answers to questions whose calls are gone: a caller who asks, leaves and answers must not fill the store. */
import t from 'tap'
import { LiveQuestions } from '../../src/elicitation/live-questions.ts'
import { PRINCIPAL } from '../mcp/fake-door.ts'

t.test('what was asked here and is waited for no more is kept nowhere', async t => {
  const secret = Buffer.alloc(32, 1)
  let commits = 0
  const store = {
    installation: { id: 'test', secret } as never,
    commit: async () => {
      commits += 1
      return true
    },
    getRecord: async () => undefined,
  }
  const questions = new LiveQuestions({ store, path: '/mcp' })
  const elsewhere = new LiveQuestions({ store, path: '/mcp' })
  const leave = new AbortController()
  let sent = ''
  const stream = {
    principal: PRINCIPAL,
    signal: leave.signal,
    send: (message: string) => {
      sent = message
      return true
    },
    keepAlive: () => {},
  }
  const asked = questions.ask({ message: '?', requestedSchema: {} }, stream)
  leave.abort()
  await t.rejects(asked, { code: 'cancelled' })
  const { id } = JSON.parse(sent)
  const result = { action: 'accept', content: { name: 'x'.repeat(30_000) } }
  t.equal(await questions.deliver({ id, result }, PRINCIPAL), 'taken')
  t.equal(commits, 0)
  await elsewhere.deliver({ id, result }, PRINCIPAL)
  t.equal(commits, 1, 'another instance can’t know')
})

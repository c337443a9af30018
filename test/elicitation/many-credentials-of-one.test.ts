/** Somebody with many tokens must not have all the places of calls that wait. */
import t from 'tap'
import type { Principal } from '../../src/auth/principal.ts'
import { LiveQuestions } from '../../src/elicitation/live-questions.ts'
import { MOST_PER_PERSON } from '../../src/elicitation/waiting-answers.ts'
import { createMemoryStore } from '../../src/store/memory/store.ts'
import { PRINCIPAL } from '../mcp/fake-door.ts'

t.test('another credential is no other person', async t => {
  const store = createMemoryStore()
  await store.fresh()
  const questions = new LiveQuestions({ store, path: '/mcp' })
  const ask = (principal: Principal) =>
    questions.ask(
      { message: '?', requestedSchema: {} },
      { principal, signal: new AbortController().signal, send: () => true, keepAlive: () => {} },
    )
  const waiting: Promise<unknown>[] = []
  for (let count = 0; count < MOST_PER_PERSON; count++) {
    waiting.push(ask({ ...PRINCIPAL, credentialId: `tok_${count}`, restsOn: [`gra_${count}`] }))
  }
  await t.rejects(ask({ ...PRINCIPAL, credentialId: 'tok_more' }), { code: 'too_many_questions' })
  waiting.push(ask({ ...PRINCIPAL, subject: 'bob' }), ask({ ...PRINCIPAL, organization: 'globex' }))
  questions.close()
  t.same([...new Set(await Promise.all(waiting))], [undefined])
  await store.close()
})

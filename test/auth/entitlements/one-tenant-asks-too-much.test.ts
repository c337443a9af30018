/** A tenant whose backend keeps every question waiting, for as many credentials as it likes, takes nothing from others. */
import t from 'tap'
import { createEntitlements } from '../../../src/auth/entitlements/create-entitlements.ts'
import type { Authenticated } from '../../../src/auth/principal.ts'
import { pretendCaller } from '../../../src/cli/pretend-caller.ts'
import { createMemoryStore } from '../../../src/store/memory/store.ts'

t.test('questions at a time are counted for each backend', async t => {
  const answers: (() => void)[] = []
  const asked: (string | undefined)[] = []
  const entitle = createEntitlements({
    config: { request: 'GET /f', flags: 'f', roles: undefined, api: undefined, cache: 10_000 },
    async ask({ api }) {
      asked.push(api)
      if (api === 'evil') await new Promise<void>(resolve => answers.push(resolve))
      return { status: 200, body: { f: ['on'] } }
    },
    backendOf: ({ principal: { organization } }) => (organization === 'none' ? undefined : organization),
    credentials: () => ({ headers: {} }),
    revocations: createMemoryStore().revocations,
    now: () => 1_000,
    onUnlearnt: () => {},
  })
  const callerOf = (organization: string, credentialId: string): Authenticated => ({
    principal: { ...pretendCaller(['*']), organization, credentialId },
    forwardable: {},
  })
  const waiting = Array.from({ length: 600 }, (_, index) =>
    Promise.resolve(entitle(callerOf('evil', `tok_${index}`), undefined)),
  )
  t.same((await entitle(callerOf('acme', 'tok'), undefined)).principal.flags, ['on'])
  t.equal((await entitle(callerOf('none', 'tok'), undefined)).principal.flags, undefined, 'nobody is asked')
  t.equal(asked.filter(api => api === 'evil').length, 512, 'its own questions are bounded')
  t.same([...new Set(asked)], ['evil', 'acme'])
  for (const answer of answers) answer()
  const learnt = (await Promise.all(waiting)).filter(({ principal }) => principal.flags !== undefined)
  t.equal(learnt.length, 512)
})

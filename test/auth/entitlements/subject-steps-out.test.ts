/**
 * Whoever may choose how they are called must not be called what makes the question one about somebody else: servers
 * decode `%2F` early, decode twice, take `\` for `/` or read full-width forms as ASCII.
 */
import t from 'tap'
import { createEntitlementQuestion } from '../../../src/auth/entitlements/entitlement-question.ts'
import type { Authenticated } from '../../../src/auth/principal.ts'
import { pretendCaller } from '../../../src/cli/pretend-caller.ts'

async function asked(request: string, subject: string): Promise<string> {
  let path = ''
  const ask = createEntitlementQuestion(
    { request, roles: 'roles', flags: undefined, api: undefined, cache: 0 },
    {
      ask: async question => {
        path = question.path
        return { status: 200, body: {} }
      },
      backendOf: () => 'items',
      credentials: () => ({ headers: {} }),
    },
  )
  const caller: Authenticated = { principal: { ...pretendCaller([]), subject }, forwardable: {} }
  await ask(caller, new AbortController().signal)
  return path
}

const STEPS = [
  'bob/../alice',
  'x/..',
  '../alice',
  '..\\alice',
  '%2e%2e/alice',
  '%2e%2e',
  'x%2F..%2Falice',
  '．．',
  'a／b',
  '...',
  '..;x',
  'a\0b',
]

t.test('in the path', async t => {
  for (const subject of STEPS) {
    await t.rejects(
      asked('GET /v1/users/{subject}/roles', subject),
      /can’t stand in a path/,
      JSON.stringify(subject),
    )
  }
  for (const [subject, path] of [
    ['alice', 'alice'],
    ['alice@acme.com', 'alice%40acme.com'],
    ['auth0|5f7c', 'auth0%7C5f7c'],
    ['3fa8-77', '3fa8-77'],
  ] as const)
    t.equal(await asked('GET /v1/users/{subject}/roles', subject), `/v1/users/${path}/roles`)
})

t.test('in the query it stays one value, and is nobody’s step', async t => {
  t.equal(
    await asked('GET /roles?of={subject}', 'bob/../alice&of=eve#'),
    '/roles?of=bob%2F..%2Falice%26of%3Deve%23',
  )
})

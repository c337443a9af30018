import t from 'tap'
import { pretendCaller } from '../../src/cli/pretend-caller.ts'
import { compileExpression } from '../../src/config/expression.ts'
import { unmetCondition } from '../../src/policy/unmet-condition.ts'

const caller = pretendCaller(['*'])
const wordsOf = (source: string, principal = caller) =>
  unmetCondition('acme_tool', compileExpression(source, 'condition'), principal)

t.test('names the class of the reason, and never the condition', async t => {
  for (const [source, words] of [
    [
      '"secret-admin" in principal.roles',
      'acme_tool is denied by role: the scopes of this credential allow it',
    ],
    ['"secret-beta" in principal.flags', 'acme_tool is denied by feature flag: '],
    ['principal.organization == "secret"', 'acme_tool is denied by organization: '],
    ['principal.scheme == "secret"', 'acme_tool is denied by way of signing in: '],
    [
      '"secret" in principal.roles && "secret" in principal.flags',
      'acme_tool is denied by role or feature flag: ',
    ],
    ['1 == 2', 'acme_tool is denied: the scopes'],
  ] as const) {
    t.ok(wordsOf(source).startsWith(words), wordsOf(source))
    t.notMatch(wordsOf(source), 'secret')
  }
})

t.test('what can’t be learnt right now is no answer about the caller', async t => {
  const unlearnt = { ...caller, flags: undefined, unlearnt: ['flags', 'roles'] as const }
  t.match(
    wordsOf('"x" in principal.flags', unlearnt),
    /^acme_tool depends on the caller’s feature flags, which can’t be learnt right now/,
  )
  t.match(wordsOf('"x" in principal.roles || "x" in principal.flags', unlearnt), /feature flags or roles/)
  t.match(wordsOf('principal.organization == "x"', unlearnt), /denied by organization/)
})

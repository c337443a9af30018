import t from 'tap'
import { PosternError } from '../../../src/errors.ts'
import { type CompileOptions, compileDocument } from '../compile-document.ts'

type Rules = NonNullable<NonNullable<NonNullable<CompileOptions['api']>['tools']>['rules']>

const operation = (operationId: string) => ({ operationId, responses: {} })
const DOCUMENT = {
  paths: {
    '/a': { get: operation('getA'), post: operation('postA') },
    '/b': { get: operation('getB'), delete: operation('deleteB') },
  },
}

/** Where and what is wrong with rules; nothing where they compile. */
function problems(rules: Rules): readonly [path: string, message: string][] {
  try {
    compileDocument(DOCUMENT, { api: { tools: { rules } } })
    return []
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    const found = (error.data as { problems: readonly { path: string; message: string }[] }).problems
    return found.map(({ path, message }) => [path, message])
  }
}

t.test('a rule that fits is no problem', async t => {
  t.same(problems([{ match: { path: '/a', method: 'GET' }, expose: 'resource' }]), [])
})

t.test('a rule that matches many that can’t be is one mistake, said where it stands', async t => {
  t.match(problems([{ match: { path: '/**' }, expose: 'resource' }]), [
    ['apis[0].tools.rules[0].expose', /^POST \/a is matched, and only GET/],
  ])
  t.match(
    problems([
      { match: { operation: 'getA' }, expose: 'resource' },
      { match: { operation: 'postA' }, expose: 'resource' },
      { match: { operation: 'deleteB' }, expose: ['tool', 'resource'] },
    ]),
    [
      ['apis[0].tools.rules[1].expose', /POST \/a/],
      ['apis[0].tools.rules[2].expose', /DELETE \/b/],
    ],
  )
})

t.test('the rule that said it last is named', async t => {
  t.match(
    problems([
      { match: { operation: 'postA' }, expose: 'tool' },
      { match: { path: '/a', method: 'POST' }, expose: 'resource' },
      { match: { operation: 'postA' }, title: 'A' },
    ]),
    [['apis[0].tools.rules[1].expose', /only GET/]],
  )
})

t.test('a URI for what is no resource is said to be in vain', async t => {
  for (const expose of [undefined, 'tool'] as const) {
    t.match(problems([{ match: { operation: 'getA' }, uri: 'acme://a', ...(expose && { expose }) }]), [
      ['apis[0].tools.rules[0].uri', /does not expose/],
    ])
  }
})

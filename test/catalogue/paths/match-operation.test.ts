import fc from 'fast-check'
import t from 'tap'
import { createOperationMatcher } from '../../../src/catalogue/paths/match-operation.ts'
import { compileDocument } from '../compile-document.ts'

const paths = {
  '/users': { get: { operationId: 'listUsers' }, post: { operationId: 'createUser' } },
  '/users/{id}': { get: { operationId: 'getUser' }, delete: { operationId: 'deleteUser' } },
  '/users/me': { get: { operationId: 'getMe' } },
  '/users/{id}/files/{name}.pdf': { get: { operationId: 'getPdf' } },
  '/users/{id}/files/{name}': { get: { operationId: 'getFile' } },
  '/jobs/{id}:cancel': { post: { operationId: 'cancelJob' } },
  '/same/{a}': { get: { operationId: 'sameA' } },
  '/same/{b}': { get: { operationId: 'sameB' } },
}
const { tools, report } = compileDocument({ paths })
const match = createOperationMatcher(tools)
const found = (method: string, path: string) => match(method, path)?.tool.operation.operationId

t.test('finds by method and path, literals first', async t => {
  t.equal(found('GET', '/users'), 'listUsers')
  t.equal(found('POST', '/users'), 'createUser')
  t.equal(found('GET', '/users/17'), 'getUser')
  t.equal(found('GET', '/users/me'), 'getMe')
  t.equal(found('DELETE', '/users/me'), 'deleteUser', 'where DELETE has no literal, it is a parameter')
  t.equal(found('GET', '/users/1/files/a.pdf'), 'getPdf')
  t.equal(found('GET', '/users/1/files/a.txt'), 'getFile')
  t.equal(found('POST', '/jobs/7:cancel'), 'cancelJob')
})

t.test('hands on what the path says, decoded', async t => {
  t.strictSame(
    [...(match('GET', '/users/a%20b/files/c%C3%A9.pdf')?.pathArguments ?? [])],
    [
      ['id', 'a b'],
      ['name', 'cé'],
    ],
  )
})

t.test('refuses what is no operation', async t => {
  for (const path of ['/', '/nope', '/users/', '/users/1/files', 'users', '', '/users/1/']) {
    t.equal(found('GET', path), undefined, path)
  }
  t.equal(found('HEAD', '/users'), undefined, 'HEAD does not fall back to GET')
  t.equal(found('get', '/users'), undefined)
  t.equal(found('GET', '/same/1'), undefined, 'two operations of one shape can’t be told apart')
})

t.test('refuses what a backend that folds compatibility forms could read differently', async t => {
  for (const segment of ['．．', '．．／x', 'a＼b', 'ｍｅ', 'Ｍe', ' me', 'me ', '‥', '⁄', '\u0085']) {
    t.equal(found('GET', `/users/${encodeURIComponent(segment)}`), undefined, JSON.stringify(segment))
  }
  t.equal(found('GET', '/users/1/files/a.PDF'), undefined, 'the literal after a parameter in another case')
  t.equal(found('GET', `/users/${encodeURIComponent('Zoë ℀')}`), undefined, 'folds to a/c')
  t.equal(found('GET', `/users/${encodeURIComponent('Zoë ｍｅ')}`), 'getUser')
})

t.test('refuses everything that a backend could read differently', async t => {
  for (const path of [
    '/users//me',
    '//users/me',
    '/users/./me',
    '/users/..',
    '/users/../users',
    '/users/%2e%2e',
    '/users/%2E',
    '/users/%6de',
    '/users/a%2Fb',
    '/users/a%5cb',
    '/users/a\\b',
    '/users/a%00',
    '/users/a%0d%0ab',
    '/users/%252e%252e',
    '/users/me;x=1',
    '/users/me%3Bx',
    '/users/1?x',
    '/users/1%3Fx',
    '/users/1#x',
    '/users/%',
    '/users/%zz',
    '/users/%ff',
    '/users/é',
    '/users/a b',
    '/users/ME',
    '/Users',
    `/users/${'a'.repeat(9_000)}`,
    `/users${'/a'.repeat(100)}`,
  ]) {
    t.equal(found('GET', path), undefined, path.slice(0, 40))
  }
})

t.test('an operation that is no tool is not reached through a parameter', async t => {
  const some = tools.filter(tool => tool.operation.operationId !== 'getMe')
  t.equal(createOperationMatcher(some, report)('GET', '/users/me'), undefined)
  t.equal(createOperationMatcher(some, report)('GET', '/users/17')?.tool.operation.operationId, 'getUser')
})

t.test('what is found has the segments of its template, whatever the path', async () => {
  const segment = fc.oneof(
    fc.constantFrom(
      'users',
      'me',
      'files',
      'a.pdf',
      '..',
      '.',
      '%2e',
      '%2F',
      '',
      'x%20y',
      ';',
      '7:cancel',
      '%41',
    ),
    fc.string({ maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 6 }), segments => {
      const path = `/${segments.join('/')}`
      const result = match('GET', path)
      if (result === undefined) return true
      const values = [...result.pathArguments.values()]
      return (
        result.tool.operation.path.split('/').length === path.split('/').length &&
        values.every(value => value !== '' && !/[/\\\p{Cc}]|^\.{1,2}$/u.test(value))
      )
    }),
    { numRuns: 3_000 },
  )
})

t.test('operations that a query or a fragment tells apart: a plain request is the plain one', async t => {
  const paths = {
    '/a': { get: {} },
    '/a#share': { get: {} },
    '/a?beta=true': { get: {} },
    '/only?beta=true': { get: {} },
    '/alone#x': { get: {} },
    '/two#x': { get: {} },
    '/two#y': { get: {} },
  }
  const { tools, report } = compileDocument({ paths })
  const match = createOperationMatcher(tools, report)
  t.match(match('GET', '/a'), { tool: { operation: { path: '/a' } }, foreignNames: ['beta'] })
  t.equal(match('GET', '/only'), undefined, 'it would lack its query')
  t.match(match('GET', '/alone'), { tool: { operation: { path: '/alone#x' } }, foreignNames: [] })
  t.equal(match('GET', '/two'), undefined, 'which one can’t be told')

  const without = (path: string) =>
    createOperationMatcher(
      tools.filter(({ operation }) => operation.path !== path),
      report,
    )
  t.equal(without('/a')('GET', '/a'), undefined, 'what is no tool stays closed')
  t.match(without('/a?beta=true')('GET', '/a'), { foreignNames: ['beta'] }, 'so does its variant')
})

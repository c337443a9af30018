import t from 'tap'
import { selectTools } from '../../src/catalogue/select-tools.ts'
import { compileDocument } from './compile-document.ts'

const catalogue = compileDocument({
  paths: {
    '/a': { get: { operationId: 'a', tags: ['Admin'] }, delete: { operationId: 'b', deprecated: true } },
    '/c/d': { get: { operationId: 'c' } },
  },
})
const names = (server: Parameters<typeof selectTools>[1]) =>
  selectTools(catalogue, server).map(tool => tool.name)

t.test('all, or those that a selector matches, in the catalogue’s order', async t => {
  t.strictSame(names({}), ['a', 'b', 'c'])
  t.strictSame(names({ tools: [{ path: '/c/*' }, { tag: 'Adm*' }] }), ['a', 'c'])
  t.strictSame(names({ tools: [{ method: 'GET', deprecated: false }] }), ['a', 'c'])
  t.strictSame(names({ tools: [{ tag: 'nope' }] }), [])
})

t.test('only of the APIs that the server names', async t => {
  t.strictSame(names({ apis: ['billing'] }), ['a', 'b', 'c'])
  t.strictSame(names({ apis: ['other'] }), [])
})

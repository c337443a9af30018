import t from 'tap'
import { createPolicy } from '../../src/policy/decide.ts'
import { publicTools } from '../../src/publication/public-tools.ts'
import { makeTool } from '../policy/make-tool.ts'
import { configure } from './sample-site.ts'

const TOOLS = [
  makeTool('list', 'read:invoices'),
  makeTool('create', 'write:invoices', undefined, 'write'),
  makeTool('export', 'read:invoices', () => false),
  makeTool('open', 'read:invoices', () => true),
]
const names = (changes: object, server: object = {}) => {
  const config = configure(changes)
  return publicTools(server, TOOLS, config, createPolicy(config))?.map(({ name }) => name)
}

t.test('nobody is told of tools unless the configuration says so', async t => {
  t.equal(names({}), undefined)
  t.equal(names({ publication: { tools: false } }), undefined)
  t.equal(names({ publication: false }), undefined)
})

t.test('of tools for some callers only, nobody is told', async t => {
  t.same(names({ publication: { tools: true } }), ['list', 'create'])
})

const ANONYMOUS = { auth: [{ type: 'token' }, { type: 'anonymous', scopes: ['read:*'] }] }

t.test('where anybody may call without a credential, they are told what they may call', async t => {
  t.same(names(ANONYMOUS), ['list', 'open'])
  t.same(names({ ...ANONYMOUS, publication: { tools: true } }), ['list', 'create', 'open'])
  t.equal(names({ ...ANONYMOUS, publication: false }), undefined)
})

t.test('of another server than the open one, they are told nothing', async t => {
  t.equal(names(ANONYMOUS, { auth: ['token'] }), undefined)
  t.same(names(ANONYMOUS, { auth: ['anonymous'] }), ['list', 'open'])
})

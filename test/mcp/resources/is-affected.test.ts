import t from 'tap'
import type { Principal } from '../../../src/auth/principal.ts'
import type { Tool } from '../../../src/catalogue/tool.ts'
import { isAffected } from '../../../src/mcp/resources/is-affected.ts'
import { fakeTool, PRINCIPAL } from '../fake-door.ts'

const tool = (name: string, resource: string, path: string[], api = 'billing'): Tool => {
  const plain = fakeTool(name)
  const parts = path.map(argument => ({
    argument,
    name: argument,
    style: 'simple' as const,
    explode: false,
    allowReserved: false,
    json: false,
    required: true,
  }))
  return { ...plain, api, resource, plan: { ...plain.plan, path: ['/', ...parts] } }
}
const ada: Principal = { ...PRINCIPAL, subject: 'ada', organization: 'acme' }
const bob: Principal = { ...ada, subject: 'bob' }
const one = { tool: tool('get', 'invoices', ['id']), arguments: { id: '5' } }
const change = (changed: Tool, args: Record<string, unknown>, principal = bob) =>
  isAffected(one, ada, { tool: changed, arguments: args, principal })

t.test('a change is about what has the same kind and the same values in its path', async t => {
  t.ok(change(tool('put', 'invoices', ['id']), { id: 5 }), 'a number in one and a text in the other')
  t.notOk(change(tool('put', 'invoices', ['id']), { id: '6' }))
  t.ok(change(tool('post', 'invoices', []), {}), 'nothing says that it is another')
  t.notOk(change(tool('put', 'contacts', ['id']), { id: '5' }))
  t.notOk(change(tool('put', 'invoices', ['id'], 'crm'), { id: '5' }), 'another API')
})

t.test('it is told within the organisation only', async t => {
  const put = tool('put', 'invoices', ['id'])
  t.notOk(change(put, { id: '5' }, { ...bob, organization: 'globex' }))
  t.notOk(
    change(put, { id: '5' }, { ...ada, organization: undefined }),
    'not even to the same name elsewhere',
  )
  const alone: Principal = { ...ada, organization: undefined }
  const about = (principal: Principal) =>
    isAffected(one, alone, { tool: put, arguments: { id: '5' }, principal })
  t.ok(about(alone), 'who has no organisation hears of their own')
  t.notOk(about({ ...bob, organization: undefined }))
  t.notOk(about(bob))
})

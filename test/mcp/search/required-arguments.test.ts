import t from 'tap'
import { requiredArguments } from '../../../src/mcp/search/required-arguments.ts'
import { fakeTool } from '../fake-door.ts'

const required = (properties: Record<string, unknown>, names: unknown = Object.keys(properties)) => {
  const tool = fakeTool('x', properties)
  return requiredArguments({ ...tool, inputSchema: { ...tool.inputSchema, required: names } })
}

t.test('each with its type in short', async t => {
  t.same(required({ id: { type: 'string' }, lines: { type: 'array' } }), ['id: string', 'lines: array'])
  t.same(required({ id: { type: ['integer', 'null'] } }), ['id: integer'])
  t.same(required({ state: { enum: ['open', 'closed'] } }), ['state: "open" | "closed"'])
  t.same(required({ state: { enum: ['x'.repeat(80)] } }), ['state: one of a few values'])
  t.same(required({ any: {}, odd: true, ref: { $ref: '#/$defs/X' } }), ['any', 'odd', 'ref'])
})

t.test('a schema of any form is survived', async t => {
  t.same(required({ id: { type: 'string' } }, null), [])
  t.same(required({ id: { type: 'string' } }, 'id'), [])
  t.same(required({}, ['constructor', 7]), ['constructor'])
})

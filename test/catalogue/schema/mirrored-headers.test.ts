import t from 'tap'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { compileOperation, jsonBody, onlyTool } from '../compile-document.ts'

/** The `x-mcp-header` of each advertised argument that has one. */
function mirrored(operation: JsonObject): JsonObject {
  const { inputSchema } = onlyTool(compileOperation({ operationId: 'op', ...operation }))
  const annotated = Object.entries(inputSchema.properties as Record<string, JsonObject>)
    .filter(([, property]) => Object.hasOwn(property, 'x-mcp-header'))
    .map(([name, property]) => [name, property['x-mcp-header']])
  return Object.fromEntries(annotated)
}

function query(name: string, schema: JsonObject): JsonObject {
  return { name, in: 'query', schema }
}

t.test('the annotation of a parameter or of a property of the body reaches the tool', async t => {
  const body = jsonBody({
    type: 'object',
    properties: { shard: { type: 'integer', 'x-mcp-header': 'Shard' }, other: { type: 'string' } },
  })
  const parameters = [
    query('region', { type: 'string', 'x-mcp-header': 'Region' }),
    query('dry_run', { type: 'boolean', 'x-mcp-header': 'Dry-Run' }),
  ]
  t.strictSame(mirrored({ parameters, requestBody: body }), {
    region: 'Region',
    dry_run: 'Dry-Run',
    shard: 'Shard',
  })
})

t.test('annotations for which a client would drop the tool are left out, the argument stays', async t => {
  for (const schema of [
    { type: 'string', 'x-mcp-header': '' },
    { type: 'string', 'x-mcp-header': 'a b' },
    { type: 'string', 'x-mcp-header': 'Region\r\nHost: evil.example' },
    { type: 'string', 'x-mcp-header': 'Größe' },
    { type: 'string', 'x-mcp-header': 'x'.repeat(65) },
    { type: 'string', 'x-mcp-header': 7 },
    { type: 'number', 'x-mcp-header': 'Amount' },
    { type: ['string', 'null'], 'x-mcp-header': 'Region' },
    { type: 'array', items: { type: 'string', 'x-mcp-header': 'Region' } },
    { type: 'object', properties: { inner: { type: 'string', 'x-mcp-header': 'Region' } } },
    { 'x-mcp-header': 'Region' },
  ]) {
    const operation = { requestBody: jsonBody({ type: 'object', properties: { region: schema } }) }
    const { inputSchema } = onlyTool(compileOperation({ operationId: 'op', ...operation }))
    t.ok(Object.hasOwn(inputSchema.properties as object, 'region'), JSON.stringify(schema))
    t.notMatch(JSON.stringify(inputSchema), /x-mcp-header/, JSON.stringify(schema))
  }
})

t.test('two arguments that share a name, in any case, have none', async t => {
  const parameters = [
    query('home', { type: 'string', 'x-mcp-header': 'Region' }),
    query('away', { type: 'string', 'x-mcp-header': 'REGION' }),
    query('shard', { type: 'string', 'x-mcp-header': 'Shard' }),
  ]
  t.strictSame(mirrored({ parameters }), { shard: 'Shard' })
})

t.test('secrets stay out of headers', async t => {
  const properties = {
    password: { type: 'string', 'x-mcp-header': 'A' },
    phrase: { type: 'string', format: 'password', 'x-mcp-header': 'B' },
    once: { type: 'string', writeOnly: true, 'x-mcp-header': 'C' },
    iban: { type: 'string', 'x-sensitive': true, 'x-mcp-header': 'D' },
    region: { type: 'string', 'x-mcp-header': 'E' },
  }
  t.strictSame(mirrored({ requestBody: jsonBody({ type: 'object', properties }) }), { region: 'E' })
})

import t from 'tap'
import { redactArguments } from '../../src/audit/record.ts'
import { compileOperation, jsonBody, onlyTool } from '../catalogue/compile-document.ts'

t.test(
  'what the schema marks is redacted also where all arguments came in one that it does not know',
  async t => {
    const iban = { type: 'string', 'x-sensitive': true }
    const body = jsonBody({ type: 'object', properties: { iban, n: { type: 'integer' } } })
    const tool = onlyTool(compileOperation({ operationId: 'op', requestBody: body }))
    const inner = { iban: 'DE123', n: 'bad' }
    for (const args of [{ arguments: inner }, { params: JSON.stringify(inner) }]) {
      t.equal(tool.repair(args), undefined, 'nothing is unwrapped, and the call fails')
      t.notMatch(JSON.stringify(redactArguments(args, tool)), /DE123/)
    }
  },
)

import t from 'tap'
import { visibleText } from '../../../src/catalogue/naming/visible-text.ts'
import { compileOperation, onlyTool } from '../compile-document.ts'

const HIDDEN = 'a\u200bb\u202ec\u{e0041}d\u{e0100}e\u3164f\ufe0fg\ue000h\u0007i\u001b[31mj'
const SEEN = 'abcdefgh i [31mj'

t.test('what nobody sees leaves, the rest stays as its author wrote it', async t => {
  t.equal(visibleText(HIDDEN), SEEN)
  t.equal(visibleText('Takes **one** <id>.\r\n\n- x\u2028- ü 😀'), 'Takes **one** <id>.\n\n- x\n- ü 😀')
  t.equal(visibleText('half \ud83d'), 'half \ufffd')
})

t.test('a document can not hide words for the model in what clients list', async t => {
  const tool = onlyTool(
    compileOperation(
      {
        operationId: 'op',
        'x-mcp': { title: HIDDEN, description: HIDDEN },
        parameters: [
          { name: 'a', in: 'query', description: HIDDEN, example: HIDDEN, schema: { type: 'string' } },
          { name: 'b', in: 'query', schema: { type: 'string', default: HIDDEN, title: HIDDEN } },
          { name: 'c', in: 'query', schema: { type: 'object', example: { x: HIDDEN } } },
        ],
      },
      { method: 'get' },
    ),
  )
  t.match(tool, { title: SEEN, description: SEEN })
  t.equal(tool.definition.search(/[\p{Cf}\p{Co}\p{Cn}\p{DI}]/u), -1, 'nothing invisible')
})

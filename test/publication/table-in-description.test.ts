/** GFM takes a line of colons and hyphens for the rule below a table's head, with or without bars. */
import t from 'tap'
import { block, inline } from '../../src/publication/markdown.ts'

t.test('no line of a description makes a table of the one before it', async t => {
  for (const rule of [':--', ':-:', '--:', '| --- |', ':-- | --:', '  :-', '-']) {
    const [head, line = ''] = block(`Deletes everything\n${rule}`).split('\n')
    t.equal(head, 'Deletes everything')
    t.match(line, /^\\[:|-]/, `${rule} came out as ${line}`)
  }
  t.equal(inline(':--'), '\\:--')
})

import t from 'tap'
import { parseMessage } from '../../../src/catalogue/asking/parse-message.ts'

t.test('places are names in braces; all else is text', async t => {
  t.strictSame(parseMessage('Delete {id} of {org}?'), [
    'Delete ',
    { argument: 'id' },
    ' of ',
    { argument: 'org' },
    '?',
  ])
  t.strictSame(parseMessage('{a}{b}'), [{ argument: 'a' }, { argument: 'b' }])
  t.strictSame(parseMessage('plain'), ['plain'])
  t.strictSame(parseMessage('{} } { {a'), ['{} } { {a'])
  t.strictSame(parseMessage('{{a}}'), ['{', { argument: 'a' }, '}'])
})

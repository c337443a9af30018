import t from 'tap'
import { confirmationMessage, writeMessage } from '../../src/elicitation/write-message.ts'

const tool = {
  name: 'delete_thing',
  title: 'Delete a thing',
  isSensitive: (path: readonly string[]) => path[0] === 'pin',
}

t.test('places are filled with the arguments, and those without one with a dash', async t => {
  const template = ['Delete ', { argument: 'id' }, ' for ', { argument: 'reason' }, '?']
  t.equal(writeMessage(template, { tool, args: { id: 't-1' } }), 'Delete “t-1” for –?')
  t.equal(writeMessage([{ argument: 'toString' }], { tool, args: {} }), '–', 'nothing is inherited')
  t.equal(
    writeMessage([{ argument: 'a' }], { tool, args: { a: '{b}', b: 'x' } }),
    '“{b}”',
    'values are no templates',
  )
})

t.test('without a message: the tool, and its arguments a line each', async t => {
  t.equal(
    confirmationMessage({ tool, args: { id: 't-1', count: 2, pin: '1234', none: undefined } }),
    'Go ahead with “Delete a thing”?\nid: “t-1”\ncount: 2\npin: (not shown)',
  )
  t.equal(
    confirmationMessage({ tool: { ...tool, title: undefined }, args: {} }),
    'Go ahead with “delete_thing”?',
  )
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`a${index}`, index]))
  t.match(confirmationMessage({ tool, args: many }), /\na19: 19\nand 5 more$/)
  t.equal(confirmationMessage({ tool, args: { 'x](\nhttp://': 1 } }).split('\n').length, 2)
})

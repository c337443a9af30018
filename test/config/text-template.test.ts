import t from 'tap'
import { fillIn, placeholdersIn, readTextTemplate } from '../../src/config/text-template.ts'

t.test('places are filled in once', async t => {
  const template = readTextTemplate('{{a}} and {{ b }}, {c} {{d e}} {{a}}')
  t.strictSame(placeholdersIn(template), ['a', 'b', 'a'])
  const values = new Map([
    ['a', '{{b}}'],
    ['b', '$1$&'],
  ])
  t.equal(fillIn(template, values), '{{b}} and $1$&, {c} {{d e}} {{b}}')
  t.equal(fillIn(template, new Map()), ' and , {c} {{d e}} ')
  t.equal(fillIn(readTextTemplate('x/{{a}}'), new Map([['a', 'p/q']]), encodeURIComponent), 'x/p%2Fq')
})

t.test('long texts cost no more than their length', async t => {
  const text = '{{'.repeat(200_000)
  t.equal(fillIn(readTextTemplate(text), new Map()), text)
})

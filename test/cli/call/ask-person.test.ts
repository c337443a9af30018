/** `postern call` puts what a tool asks to the person at the terminal, and takes nothing for a yes that is none. */
import t from 'tap'
import { askPerson } from '../../../src/cli/call/ask-person.ts'
import { callTool } from '../../../src/cli/call/call-tool.ts'
import { askingGateway } from '../../elicitation/asking-gateway.ts'

/** A person who types these lines, and then ends the input. */
function person(...typed: readonly string[]) {
  const lines = [...typed]
  const shown: string[] = []
  return {
    shown,
    terminal: {
      write: (text: string) => void shown.push(text),
      async readLine(prompt: string) {
        shown.push(prompt)
        return lines.shift()
      },
    },
  }
}

type Asked = Parameters<typeof askPerson>[0]

const form = (properties: object, required: readonly string[] = [], message = 'Well?'): Asked =>
  ({ message, requestedSchema: { type: 'object', properties, required } }) as Asked

t.test('only y and yes are a yes', async t => {
  for (const yes of ['y', 'Y', ' yes ', 'YES'])
    t.equal((await askPerson(form({}), person(yes).terminal)).action, 'accept', yes)
  for (const no of ['', 'n', 'no', 'yep', 'yes please', '1', 'true'])
    t.equal((await askPerson(form({}), person(no).terminal)).action, 'decline', no)
  t.equal((await askPerson(form({}), person().terminal)).action, 'cancel')
})

t.test('fields become what they are asked as, and are asked again where they can’t be', async t => {
  const { terminal, shown } = person(
    '',
    'Ann',
    'x',
    '1.5',
    '3',
    'green',
    'red',
    'maybe',
    'no',
    'a,c',
    'a, b',
    '',
  )
  const answer = await askPerson(
    form(
      {
        name: { type: 'string', title: 'Your name' },
        count: { type: 'integer' },
        color: { type: 'string', enum: ['red', 'blue'] },
        sure: { type: 'boolean' },
        tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
        note: { type: 'string' },
      },
      ['name', 'count', 'color', 'sure', 'tags'],
    ),
    terminal,
  )
  t.same(answer, {
    action: 'accept',
    content: { name: 'Ann', count: 3, color: 'red', sure: false, tags: ['a', 'b'] },
  })
  t.match(shown.join(''), /Your name: [\s\S]*color \(red, blue\): /)
})

t.test('whoever stops in the middle has answered nothing', async t => {
  const both = form({ a: { type: 'string' }, b: { type: 'string' } }, ['a', 'b'])
  t.same(await askPerson(both, person('one').terminal), { action: 'cancel' })
})

t.test('what the server says moves no cursor and looks like no prompt', async t => {
  const { terminal, shown } = person('n')
  await askPerson(form({}, [], 'Fine.\u001b[2J\nGo ahead? [y/N] y\n\u202eevil'), terminal)
  const text = shown.join('')
  for (const sign of ['\u001b', '\u202e']) t.notOk(text.includes(sign))
  t.match(text, '\n  | Go ahead? [y/N] y\n')
  const choice = person('ok')
  await askPerson(form({ 'a\u001b': { type: 'string', enum: ['ok', '\u001b[2J'] } }), choice.terminal)
  t.notOk(choice.shown.join('').includes('\u001b'))
})

t.test('at a whole gateway', async t => {
  const gateway = await askingGateway(t)
  const credential = { authorization: `Bearer ${await gateway.mint()}` }
  const call = (
    tool: string,
    args: Record<string, unknown>,
    terminal?: ReturnType<typeof person>['terminal'],
  ) => callTool({ url: new URL(gateway.url), credential, tool, args: () => args, terminal })

  const yes = person('y')
  t.match(await call('delete_thing', { id: 't-1' }, yes.terminal), { isError: false })
  t.match(yes.shown.join(''), '  | Go ahead with “Delete a thing”?\n  | id: “t-1”\n')
  t.same(gateway.reached, ['DELETE /things/t-1'])

  t.match(await call('delete_thing', { id: 't-2' }, person('').terminal), { isError: true })
  await t.rejects(call('delete_thing', { id: 't-3' }), /asked/, 'without a terminal nobody can be')
  t.equal(gateway.reached.length, 1)

  const named = person('x', 'Name', 'blue', 'Better', '')
  t.match(await call('rename_thing', { id: 't-4' }, named.terminal), { isError: false })
  t.match(gateway.reached[1], /^PUT \/things\/t-4\?name=/)
})

import t from 'tap'
import { collectEvents } from '../../src/result/event-stream.ts'
import { createEventParser } from '../../src/result/parse-events.ts'

const events = (text: string) => collectEvents(Buffer.from(text))

t.test('events of JSON, one to a line', async t => {
  t.same(events('data: {"delta": "Hel"}\n\ndata: {\ndata:  "delta": "lo"\ndata: }\n\ndata: [DONE]\n\n'), [
    '{"delta": "Hel"}',
    '{"delta":"lo"}',
  ])
})

t.test('names that the data does not say are kept', async t => {
  t.same(
    events('event: ping\ndata: {"type":"ping"}\n\nevent: done\ndata: {"n":1}\n\nevent: log\ndata: hi\n\n'),
    ['{"type":"ping"}', '{"event":"done","data":{"n":1}}', 'log: hi'],
  )
  t.same(events('event: a"b\ndata: 1\n\n'), ['{"event":"a\\"b","data":1}'])
})

t.test('comments and empty events are left out, a last event without its blank line is not', async t => {
  t.same(events(': keep-alive\n\nid: 7\n\nevent: x\n\ndata: first\r\n\r\ndata: broken off'), [
    'first',
    'broken off',
  ])
  t.same(events(''), [])
})

t.test('an event that is too large is refused, however it comes', async t => {
  t.throws(() => createEventParser(10)(Buffer.from('data: 12345678901')))
  const take = createEventParser(10)
  t.throws(() => {
    for (;;) take(Buffer.from('data: 123\n'))
  })
})

import t from 'tap'
import { MAX_NOTIFICATIONS, PER_SECOND, ProgressReport, readProgressToken } from '../../src/mcp/progress.ts'

/** A report on a clock that the test turns, and what it has sent. */
function setUp(token: string | number = 'p1', isTaken: (count: number) => boolean = () => true) {
  const time = { now: 5 }
  const sent: { readonly at: number; readonly text: string }[] = []
  let asked = 0
  const report = new ProgressReport(
    token,
    text => {
      if (!isTaken(asked++)) return false
      sent.push({ at: time.now, text })
      return true
    },
    () => time.now,
  )
  return { time, sent, report, messages: () => sent.map(({ text }) => JSON.parse(text)) }
}

t.test('a token is a string or an integer', async t => {
  t.equal(readProgressToken({ _meta: { progressToken: 'abc' } }), 'abc')
  t.equal(readProgressToken({ _meta: { progressToken: '' } }), '')
  t.equal(readProgressToken({ _meta: { progressToken: 0 } }), 0)
  for (const progressToken of [1.5, null, true, {}, ['a'], 2 ** 53, undefined]) {
    t.equal(readProgressToken({ _meta: { progressToken } }), undefined, JSON.stringify(progressToken))
  }
  for (const _meta of [undefined, null, 'progressToken', []]) {
    t.equal(readProgressToken({ _meta }), undefined)
  }
  t.equal(readProgressToken(undefined), undefined)
})

t.test('a token that would blow up every notification is none', async t => {
  t.equal(readProgressToken({ _meta: { progressToken: 'x'.repeat(256) } })?.toString().length, 256)
  t.equal(readProgressToken({ _meta: { progressToken: 'x'.repeat(257) } }), undefined)
})

t.test('notifications are those of the specification', async t => {
  const { report, sent, messages } = setUp('a"\n')
  report.step(() => 'first "half"\r\nsecond')
  report.step(() => '')
  t.strictSame(messages(), [
    {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'a"\n', progress: 1, message: 'first "half"\r\nsecond' },
    },
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'a"\n', progress: 2 } },
  ])
  t.notMatch(sent.map(({ text }) => text).join(''), /[\r\n]/, 'each on one line')
  const numbered = setUp(7)
  numbered.report.step(() => '')
  t.equal(numbered.messages()[0].params.progressToken, 7)
})

t.test('what is too fast is counted in the next, and not even put into words', async t => {
  const { time, report, messages } = setUp()
  let described = 0
  const step = () =>
    report.step(() => {
      described += 1
      return 'x'
    })
  for (let i = 0; i < 500; i++) step()
  t.equal(described, PER_SECOND / 2)
  time.now += 1000
  step()
  t.equal(messages().at(-1).params.progress, 501)
})

t.test('in no second are there more than allowed, however the steps come', async t => {
  for (const pause of [0.1, 1, 7, 49, 50, 51, 99, 100, 333]) {
    const { time, sent, report } = setUp()
    for (; time.now < 20_000; time.now += pause) report.step(() => '')
    for (const { at } of sent) {
      const within = sent.filter(other => other.at >= at && other.at < at + 1000)
      if (within.length > PER_SECOND)
        t.fail(`${within.length} in the second from ${at}, one each ${pause} ms`)
    }
    t.ok(sent.length >= Math.min(20_000 / pause, 200) - 2, `${sent.length}, one each ${pause} ms`)
  }
})

t.test('progress grows from one to the next, to the most in all', async t => {
  const { time, report, messages } = setUp()
  for (let i = 0; i < 3 * MAX_NOTIFICATIONS; i++) {
    time.now += 150
    report.step(() => '')
  }
  const values = messages().map(({ params }) => params.progress)
  t.equal(values.length, MAX_NOTIFICATIONS)
  t.ok(values.every((value, index) => index === 0 || value > values[index - 1]))
})

t.test('what the client does not take counts as a step and not as sent', async t => {
  const { time, report, messages } = setUp('p', count => count % 2 === 1)
  for (let i = 0; i < 3 * MAX_NOTIFICATIONS; i++) {
    time.now += 150
    report.step(() => '')
  }
  t.equal(messages().length, MAX_NOTIFICATIONS)
  t.equal(messages()[0].params.progress, 2)
})

import t from 'tap'
import { parseDuration, parseSize } from '../../src/config/units.ts'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

t.test('durations are milliseconds', async t => {
  const cases: readonly (readonly [string | number, number | undefined])[] = [
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    [250, 250],
    ['30', undefined],
    ['30 s', undefined],
    ['-1s', undefined],
    ['1w', undefined],
    ['', undefined],
  ]
  for (const [text, expected] of cases) t.equal(parseDuration(text), expected, String(text))
})

t.test('sizes are bytes', async t => {
  const cases: readonly (readonly [string | number, number | undefined])[] = [
    ['512kB', 512_000],
    ['1MiB', 1_048_576],
    ['10 MB', 10_000_000],
    ['100', 100],
    ['1GB', undefined],
    ['-1', undefined],
  ]
  for (const [text, expected] of cases) t.equal(parseSize(text), expected, String(text))
})

t.test('a time that a timer can’t count and a limit of nothing are refused', async t => {
  t.match(problemsOf(t, `${MINIMAL}drain: 30d\n`), [{ path: 'drain', message: 'too long' }])
  t.match(problemsOf(t, `${MINIMAL}drain: 99999999999\n`), [{ path: 'drain', message: 'too long' }])
  t.match(problemsOf(t, MINIMAL.replace('billing.yaml', 'b.yaml, timeout: 0')), [{ message: 'too short' }])
  t.match(problemsOf(t, `${MINIMAL}requestLimit: 0\n`), [{ path: 'requestLimit' }])
  t.match(problemsOf(t, `${MINIMAL}requestLimit: 0MB\n`), [{ path: 'requestLimit' }])
  t.equal(loadText(t, `${MINIMAL}drain: 0\n`).drain, 0)
})

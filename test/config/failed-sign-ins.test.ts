import t from 'tap'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

t.test('by default wrong credentials are counted, and no proxy is believed', async t => {
  t.match(loadText(t, MINIMAL), {
    failedSignIns: {
      perAddress: { amount: 30, window: 60_000 },
      perSubject: { amount: 10, window: 60_000 },
      perSubjectAnywhere: { amount: 100, window: 3_600_000 },
    },
    trustedProxies: [],
  })
})

t.test('single numbers may be changed, and all of it switched off in so many words', async t => {
  t.match(loadText(t, `${MINIMAL}failedSignIns: { perAddress: 5/h }\n`).failedSignIns, {
    perAddress: { amount: 5, window: 3_600_000 },
    perSubject: { amount: 10 },
  })
  t.equal(loadText(t, `${MINIMAL}failedSignIns: false\n`).failedSignIns, false)
  for (const value of [
    'true',
    'off',
    '0',
    '{ perAddress: 0/min }',
    '{ perAdress: 5/min }',
    '{ perAddress: 5/day }',
  ]) {
    const [problem] = problemsOf(t, `${MINIMAL}failedSignIns: ${value}\n`)
    t.match(problem?.path, /^failedSignIns/, value)
  }
})

t.test('trusted proxies are addresses and ranges', async t => {
  const list = ['10.0.0.7', '10.0.0.0/8', '::1', 'fd00::/8', '192.0.2.0/32']
  t.same(loadText(t, `${MINIMAL}trustedProxies: ${JSON.stringify(list)}\n`).trustedProxies, list)
  for (const wrong of [
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    'fd00::/129',
    'proxy.internal',
    '10.0.0',
    '*',
    'loopback',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'fe80::1%eth0',
  ]) {
    const problems = problemsOf(t, `${MINIMAL}trustedProxies: [${JSON.stringify(wrong)}]\n`)
    t.match(problems, [{ path: 'trustedProxies[0]' }], wrong)
  }
  t.match(problemsOf(t, `${MINIMAL}trustedProxies: ['0.0.0.0/0']\n`), [{ message: /trusts every address/ }])
})

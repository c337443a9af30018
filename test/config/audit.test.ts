import t from 'tap'
import { loadText, MINIMAL, problemsOf } from './load-text.ts'

const KEY = 'a key that nobody guesses, of 32 characters'

t.test('a chain, its key and what happens on failure are taken where a line is written', async t => {
  const env = { AUDIT_KEY: KEY }
  for (const to of ['to: stdout', 'to: file, path: ./a.log']) {
    const text = `${MINIMAL}audit: { ${to}, chain: true, key: "\${AUDIT_KEY}", onFailure: refuse }\n`
    t.match(loadText(t, text, env).audit, { chain: true, key: KEY, onFailure: 'refuse' })
  }
  t.strictSame(
    loadText(t, `${MINIMAL}audit: { to: stdout }\n`).audit,
    { to: 'stdout' },
    'nothing of it unless asked',
  )
})

t.test('mistakes are named, and a key is not shown', async t => {
  for (const [audit, path, message] of [
    [`{ to: stdout, key: "${KEY}" }`, 'audit.key', /a key without a chain guards nothing/],
    ['{ to: stdout, chain: true, key: short-secret }', 'audit.key', /the text has the wrong length/],
    ["{ to: 'off', chain: true }", 'audit.chain', /not a known key/],
    ['{ to: stdout, onFailure: deny }', 'audit.onFailure', /not a value that is known/],
  ] as const) {
    const problems = problemsOf(t, `${MINIMAL}audit: ${audit}\n`)
    t.match(problems, [{ path, message }], audit)
    t.notMatch(JSON.stringify(problems), /nobody|short-secret/)
  }
})

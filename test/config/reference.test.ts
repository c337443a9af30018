import { readFileSync } from 'node:fs'
import t from 'tap'
import { configReference } from '../../src/config/reference.ts'

t.test('docs/configuration.md is up to date (node scripts/generate-docs.ts)', async t => {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  t.equal(text, configReference())
})

t.test('it names keys with type, default and meaning', async t => {
  const reference = configReference()
  for (const row of [
    '| `name` | text | *required* |',
    '| `port` | integer | `8080` | Port; 0 takes a free one. |',
    '| `timeout` | duration | `30s` |',
    '| `when` | CEL expression |',
    '### `auth[]`, `type: anonymous`',
    '## `scopes.<name>`',
  ]) {
    t.ok(reference.includes(row), row)
  }
})

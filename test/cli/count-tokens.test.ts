import t from 'tap'
import { loadTokenCounter } from '../../src/cli/count-tokens.ts'

t.test('counts as o200k_base does', async t => {
  const count = await loadTokenCounter()
  t.equal(count(''), 0)
  t.equal(count('hello world'), 2)
  t.equal(count('{"type":"object"}'), 5)
})

t.test('control tokens of models are text', async t => {
  const count = await loadTokenCounter()
  t.ok(count('<|endoftext|>') > 1)
  t.ok(count('a <|im_start|> b <|fim_prefix|>') > 4)
})

t.test('a text without words does not take for ever', async t => {
  const count = await loadTokenCounter()
  const start = performance.now()
  for (const piece of ['a', 'ж', '_', ' ', '\u0301', '\n', '🙂']) {
    const tokens = count(piece.repeat(200_000))
    t.ok(tokens > 1_000, JSON.stringify(piece))
  }
  // Without cutting, one of them alone takes a minute.
  t.ok(performance.now() - start < 15_000)
  t.equal(count('a'.repeat(4_000)), 10 * count('a'.repeat(400)))
})

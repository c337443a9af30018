import fc from 'fast-check'
import t from 'tap'
import { exampleFromPattern } from '../../../src/catalogue/schema/example-from-pattern.ts'

t.test('patterns as identifiers have them', async t => {
  const cases: [pattern: string, example: string | undefined][] = [
    ['^AC[0-9a-fA-F]{32}$', `AC${'1'.repeat(32)}`],
    ['^(SM|MM)[0-9a-fA-F]{2}$', 'SM11'],
    ['^(?:a|b)-\\d{2,4}$', 'a-11'],
    ['^[^0-9]+\\.json$', 'a.json'],
    ['^[A-Z]{2}[a-z]?[\\w.-]*x$', 'AAx'],
    ['^\\+\\d+$', '+1'],
    ['abc', 'abc'],
    ['^a\\$$', 'a$'],
    ['^(?=a)a$', undefined],
    ['^(a+)+$', undefined],
    ['^a|b$', undefined],
    ['^a.b$', undefined],
    ['^\\u00e9$', undefined],
    ['^\\p{L}$', undefined],
    ['^x{200}$', undefined],
    ['', undefined],
    ['^a\\', undefined],
    ['[z-a]', undefined],
    ['[', undefined],
  ]
  for (const [pattern, example] of cases) t.equal(exampleFromPattern(pattern), example, pattern)
})

t.test('whatever the pattern, an example matches it', async () => {
  const piece = fc.constantFrom(
    'a',
    '[0-9]',
    '\\d',
    '(x|y)',
    '{3}',
    '+',
    '*',
    '?',
    '^',
    '$',
    '.',
    '\\',
    '[',
    ']',
    '(',
    ')',
    '|',
    '-',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 6 }).map(parts => parts.join('')),
      ),
      pattern => {
        const example = exampleFromPattern(pattern)
        if (example !== undefined && !new RegExp(pattern).test(example))
          throw new Error(`${pattern}: ${example}`)
      },
    ),
    { numRuns: 2_000 },
  )
})

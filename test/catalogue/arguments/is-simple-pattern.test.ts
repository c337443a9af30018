import t from 'tap'
import { isSimplePattern } from '../../../src/catalogue/arguments/is-simple-pattern.ts'

t.test('patterns that can’t take long are simple', async t => {
  for (const pattern of [
    '^[a-z0-9_-]+$',
    '^\\d{4}-\\d{2}$',
    '^(?:EUR|USD)$',
    '^[+*(){}]{1,3}$',
    '\\+\\*',
    '^a{2,5}b?$',
    '^[a-z]{1,63}[.][a-z]{2,63}$',
    '^(?:A|B|C)-(?:D|E)$',
    '',
  ]) {
    t.ok(isSimplePattern(pattern), pattern)
  }
})

t.test('those that might are not', async t => {
  for (const pattern of [
    '^(a+)+$',
    '(a|a)*',
    '^(\\w+\\s?)*$',
    '(a?){50}',
    '^.*.*.*$',
    '(.)\\1+',
    '^(?=a)b',
    'a?a?a?a?a?',
    '(x+x+)+y',
    '^a{0,999}a{0,999}a{0,999}a*b$',
    '^a{0,999}a{0,999}b$',
    '^(?:a|a)(?:a|a)(?:a|a)(?:a|a)b$',
  ]) {
    t.notOk(isSimplePattern(pattern), pattern)
  }
})

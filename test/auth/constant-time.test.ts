/**
 * No secret is compared in a time that tells how much of it is right. A reader of the code looks for such
 * comparisons; this test finds those that are written plainly, so that a new one has to be thought about.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'

const SRC = new URL('../../src/', import.meta.url)

/** What is called like a secret, or like what stands for one. */
const NAME = String.raw`[\w.]*(?:secret|hmac|mac|signature|password|digest|hash|bearer|apiKey)\w*(?:\(\))?`
const OTHER = String.raw`(?!undefined\b|null\b|typeof\b|''|0\b)[\w.'"\x60(]`
const COMPARISONS = [
  new RegExp(String.raw`\b${NAME}\s*[!=]==?\s*${OTHER}.*`, 'gi'),
  new RegExp(String.raw`[\w.]+\s*[!=]==?\s*(?!undefined\b|null\b)${NAME}.*`, 'gi'),
  new RegExp(String.raw`\b${NAME}\.(?:equals|startsWith|includes|localeCompare|compare)\(.*`, 'gi'),
]

/** Comparisons whose time tells nothing: file, what stands there, why. */
const HARMLESS: readonly (readonly [file: string, code: RegExp, why: string])[] = [
  ['store/redis/tokens.ts', /value\.hash !== hash/, 'found by that hash: right but for a broken record'],
  ['audit/chain-verifier.ts', /seen === hash/, 'run by hand, over a file that its reader has'],
  ['admin/admit.ts', /takesSignature !== true/, 'says whether a route takes one'],
  [
    'store/migrate/merge-tokens.ts',
    /known\.hash !== other\.hash/,
    'of two stores, both the operator’s, by hand',
  ],
  [
    'store/migrate/migrate-store.ts',
    /installation\.secret !== installation|copy\.hash !== original\.hash/,
    'of two stores, both the operator’s, by hand',
  ],
  ['reload/keep-current.ts', /signature !== NO_FILE/, 'a file’s size and time'],
]

t.test('secrets are found by their SHA-256 or compared with timingSafeEqual', async t => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  t.ok(files.length > 200)
  for (const file of files) {
    // An OpenAPI document holds no secret of anybody's; its digests are names of versions.
    if (file.startsWith('catalogue/') || file.startsWith('cli/')) continue
    const code = readFileSync(new URL(file, SRC), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    const found = COMPARISONS.flatMap(pattern => code.match(pattern) ?? [])
    const doubtful = found.filter(
      line => !HARMLESS.some(([excused, pattern]) => excused === file && pattern.test(line)),
    )
    t.same(doubtful, [], file)
  }
})

t.test('the search finds what it is for', async t => {
  const bad = [
    'if (secret === given) return true',
    'return given === expected.secret',
    'signature !== sign(body)',
    'if (record.hash == other)',
    'expectedHmac.equals(given)',
    "password === 'x'",
  ]
  for (const line of bad)
    t.ok(
      COMPARISONS.some(pattern => (line.match(pattern) ?? []).length > 0),
      line,
    )
  const good = [
    'timingSafeEqual(secret, given)',
    'secret === undefined',
    "if (name === 'x')",
    "signature !== ''",
  ]
  for (const line of good)
    t.notOk(
      COMPARISONS.some(pattern => (line.match(pattern) ?? []).length > 0),
      line,
    )
})

/** Every test that `docs/security.md` names exists, and each of the negative cases has one. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { namedTests } from '../scripts/named-tests.ts'
import { NEGATIVE_CASES, showsCase, withNegativeCases } from '../scripts/negative-cases.ts'

const ROOT = join(import.meta.dirname, '..')
const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8')
const [threats = '', cases = ''] = page.split('<!-- cases -->')

/** Rows of tables, without their heads, in cells. */
function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = '']) => row.split(' | '))
    .filter(([first = '']) => !/^(?:---|threat|case)$/.test(first))
}

function namesIn(path: string): readonly string[] {
  const file = join(ROOT, path)
  return existsSync(file) ? namedTests(readFileSync(file, 'utf8')) : []
}

/** Whether a name is that of a test, or what it begins with; of a test whose name ends in what a run adds, that. */
function isTest(names: readonly string[], wanted: string): boolean {
  return names.some(name => name.startsWith(wanted))
}

t.test('every threat has a measure and tests that exist', async t => {
  const rows = rowsOf(threats)
  t.ok(rows.length > 40, 'the tables are read')
  for (const [threat = '', measure = '', shown = '', ...more] of rows) {
    t.same(more, [], threat)
    t.ok(measure.length > 10, threat)
    const numbers = [...shown.matchAll(/\bN(\d+)\b(?![^“]*”)/g)].map(([, number]) => Number(number))
    for (const number of numbers) t.ok(number >= 1 && number <= NEGATIVE_CASES.length, `N${number}`)
    const files = [...shown.matchAll(/`([\w./-]+)`: ((?:“[^”]+”(?:, )?)+)/g)]
    for (const [, file = '', quoted = ''] of files) {
      const names = namesIn(`test/${file}.test.ts`)
      for (const [, name = ''] of quoted.matchAll(/“([^”]+)”/g)) t.ok(isTest(names, name), `${file}: ${name}`)
    }
    t.ok(numbers.length + files.length > 0, `${threat}: shown by something`)
    const left = shown.replace(/`[\w./-]+`: (?:“[^”]+”(?:, )?)+|N\d+|[,; ]/g, '')
    t.equal(left, '', `${threat}: all of it is understood`)
  }
})

t.test('every negative case has a test, and those that are named show it (npm run docs)', async t => {
  const rows = rowsOf(cases)
  t.same(
    rows.map(([number]) => number),
    NEGATIVE_CASES.map((_, index) => `N${index + 1}`),
  )
  for (const [index, [number = '', , shown = '']] of rows.entries()) {
    const files = [...shown.matchAll(/\]\(\.\.\/(test\/[\w./-]+\.test\.ts)\)/g)].map(([, file = '']) => file)
    t.ok(files.length > 0, `${number} has a test`)
    for (const file of files) {
      t.ok(
        namesIn(file).some(name => showsCase(name, index + 1)),
        `${file} shows ${number}`,
      )
    }
  }
})

t.test('the checks above can fail', async t => {
  const names = namedTests(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a name ends in what a run adds
    "t.test('N3, N10–N12: expired', …)\n// t.test('gone')\n  t.skip('off')\nt.test(`a (${store})`)\n  'N7: one': x",
  )
  t.same(names, ['N3, N10–N12: expired', 'a (', 'N7: one'])
  t.ok(showsCase('N3, N10–N12: expired', 3) && showsCase('N3, N10–N12: expired', 11))
  t.notOk(showsCase('N3, N10–N12: expired', 13) || showsCase('N31: no', 3))
  t.notOk(isTest(names, 'gone') || isTest([], ''))
  t.notOk(isTest(namesIn('test/no-such-file.test.ts'), 'x'))
  t.equal(withNegativeCases(page).split('<!-- cases -->')[0], threats, 'only the table is written')
})

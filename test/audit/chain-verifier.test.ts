/** Whatever is done to the lines afterwards shows, except at the very end, where only a hash kept elsewhere shows it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readPlace } from '../../src/audit/chain-line.ts'
import { verifyAudit } from '../../src/audit/verify-audit.ts'
import { linesOf, openChained, RECORD, verifyText, writeChained } from './chained.ts'

const path = join(t.testdir(), 'audit.log')
await writeChained(path, ['a', 'b', 'c'])
const one = await openChained(path)
const two = await openChained(path)
for (const id of ['d', 'e', 'f']) {
  one.audit.write({ ...RECORD, requestId: `1${id}` })
  one.audit.flush()
  two.audit.write({ ...RECORD, requestId: `2${id}`, arguments: { text: 'ü – "quoted"' } })
  two.audit.flush()
}
await one.audit.close()
await two.audit.close()
await writeChained(path, ['g', 'h'])
const LINES = linesOf(path)
const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('')
const swap = (at: number) => LINES.with(at, LINES[at + 1] ?? '').with(at + 1, LINES[at] ?? '')

t.test('untouched, it is in order, in whatever chunks it comes', async t => {
  for (const chunk of [1, 7, 160, 1_000_000]) {
    t.match(await verifyText(readFileSync(path), {}, chunk), { ok: true, lines: LINES.length, torn: 0 })
  }
})

t.test('a line that was removed, doubled or moved shows', async t => {
  for (let at = 0; at < LINES.length; at++) {
    const isLast = at === LINES.length - 1
    t.equal((await verifyText(text(LINES.toSpliced(at, 1)))).ok, isLast, `without line ${at + 1}`)
    t.equal(
      (await verifyText(text(LINES.toSpliced(at, 0, LINES[at] ?? '')))).ok,
      false,
      `line ${at + 1} twice`,
    )
    if (!isLast) t.equal((await verifyText(text(swap(at)))).ok, false, `line ${at + 1} after the next`)
  }
})

t.test('so do several lines that were removed, from the head too', async t => {
  for (let from = 0; from < LINES.length; from++) {
    for (let to = from + 1; to < LINES.length; to++) {
      t.equal(
        (await verifyText(text(LINES.toSpliced(from, to - from)))).ok,
        false,
        `without ${from + 1} to ${to}`,
      )
    }
  }
})

t.test('and a file that was emptied, or is none', async t => {
  for (const content of ['', '\n', '{}\n', 'nonsense', '{"time":"x"}\n'.repeat(3)]) {
    t.match(await verifyText(content), { ok: false }, JSON.stringify(content))
  }
})

t.test('any byte that was changed shows', async t => {
  const bytes = readFileSync(path)
  for (let at = 0; at < bytes.length - 1; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    const { ok, fault } = await verifyText(changed)
    if (ok) {
      // The only thing that may go unnoticed is the end of the last line, which is as good as torn.
      t.ok(at > bytes.lastIndexOf(0x0a, bytes.length - 2), `byte ${at}`)
    } else if (fault === undefined) t.fail(`byte ${at}: no reason given`)
  }
})

t.test('any other text in its place is judged without an error', async () => {
  const piece = fc.oneof(
    fc.constantFrom(...LINES),
    fc.constantFrom('', '{', '}'),
    fc.string({ maxLength: 40 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
      const lines = pieces.map(each => each.replaceAll('\n', ' '))
      const { ok, lines: count } = await verifyText(text(lines))
      const chained = lines.filter(line => readPlace(Buffer.from(line)) !== undefined)
      // Nothing passes but a beginning of what was written.
      return !ok || (count === chained.length && chained.every((line, at) => line === LINES[at]))
    }),
    { numRuns: 300 },
  )
})

t.test('the end that is cut off shows where a hash was kept elsewhere', async t => {
  const kept = readPlace(Buffer.from(LINES.at(-1) ?? ''))?.hash ?? ''
  const earlier = readPlace(Buffer.from(LINES[4] ?? ''))?.hash ?? ''
  t.match(await verifyText(text(LINES), { expected: [kept, earlier] }), { ok: true, last: kept })
  const cut = text(LINES.slice(0, -1))
  t.match(await verifyText(cut, { expected: [earlier] }), { ok: true })
  t.match(await verifyText(cut, { expected: [kept] }), {
    ok: false,
    fault: { line: 0, problem: `no line has the expected hash ${kept}: lines are missing` },
  })
})

t.test(
  'a chain that was made anew from some line on shows by a hash kept elsewhere alone, or by a key',
  async t => {
    const forged = join(t.testdir(), 'forged.log')
    await writeChained(forged, ['a', 'forged', 'c'])
    const content = readFileSync(forged)
    t.match(await verifyText(content), { ok: true }, 'this is what a chain without a key can’t show')
    const kept = readPlace(Buffer.from(LINES[3] ?? ''))?.hash ?? ''
    t.match(await verifyText(content, { expected: [kept] }), { ok: false })
    t.match(await verifyText(content, { keys: ['k'.repeat(32)] }), { ok: false, fault: { line: 1 } })
  },
)

t.test('a line without end is no line of an audit', async t => {
  async function* endless() {
    for (;;) yield Buffer.alloc(4_194_304, 'x')
  }
  t.match(await verifyAudit([{ name: 'x', chunks: endless() }]), {
    ok: false,
    fault: { line: 1, problem: /longer/ },
  })
})

t.test('the first fault is told by its line', async t => {
  const changed = LINES.with(2, (LINES[2] ?? '').replace('"ok"', '"no"'))
  t.match(await verifyText(text(changed)), {
    ok: false,
    lines: 2,
    fault: { file: 'text', line: 3, problem: /its hash is not right/ },
  })
  t.match(await verifyText(text(LINES.toSpliced(1, 1))), {
    fault: { line: 2, problem: /^1 line of chain [0-9a-f]{16} before this one is missing$/ },
  })
})

/** A chain goes on over restarts, rotations, failures and several processes, and still verifies. */
import { createHash, createHmac } from 'node:crypto'
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { auditLine } from '../../src/audit/audit-line.ts'
import { Chain } from '../../src/audit/chain.ts'
import { idsOf, linesOf, openChained, RECORD, verify, writeChained } from './chained.ts'

const KEY = 'k'.repeat(32)

t.test('a line’s hash is over the hash before and its own bytes, as the documentation says', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a', 'ü'])
  let before = '0'.repeat(64)
  for (const line of linesOf(path)) {
    const [, own = '', hash = ''] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? []
    t.equal(
      hash,
      createHash('sha256')
        .update(before + own)
        .digest('hex'),
    )
    t.match(JSON.parse(line), { chain: /^[0-9a-f]{16}$/, hash })
    before = hash
  }
  t.same(
    linesOf(path).map(line => [JSON.parse(line).event, JSON.parse(line).seq]),
    [
      ['audit_chain', 0],
      ['tool_call', 1],
      ['tool_call', 2],
    ],
  )
})

t.test('with a key it is an HMAC, and the key is not in the file', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a'], KEY)
  const [line = ''] = linesOf(path)
  const [, own = '', hash = ''] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? []
  t.equal(
    hash,
    createHmac('sha256', KEY)
      .update('0'.repeat(64) + own)
      .digest('hex'),
  )
  t.notMatch(readFileSync(path, 'utf8'), KEY)
  t.match(await verify([path], { keys: [KEY] }), { ok: true, lines: 2 })
  t.match(await verify([path], { keys: ['x'.repeat(32), KEY] }), { ok: true }, 'one of several keys')
  t.match(await verify([path]), { ok: false, fault: { line: 1, problem: /another key or none/ } })
  t.match(await verify([path], { keys: ['x'.repeat(32)] }), { ok: false, fault: { line: 1 } })
})

t.test('an unkeyed chain does not pass where a key is expected', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a'])
  t.match(await verify([path], { keys: [KEY] }), {
    ok: false,
    fault: { line: 1, problem: /another key or none/ },
  })
})

t.test('nothing is written where there is nothing to record', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, [])
  t.same(linesOf(path), [])
})

t.test('a restart names the last line of the one before', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a', 'b'])
  await writeChained(path, ['c'])
  const [, , last, link] = linesOf(path).map(line => JSON.parse(line))
  t.equal(link.after, `${last.chain}:${last.seq}:${last.hash}`)
  t.equal(link.prev, undefined)
  t.match(await verify([path]), { ok: true, lines: 5, chains: [{ seq: 2 }, { seq: 1 }], notes: [] })
})

t.test('rotation: the first line of the new file names the last hash of the old', async t => {
  const folder = t.testdir()
  const [path, old] = [join(folder, 'audit.log'), join(folder, 'audit.log.1')]
  const { audit } = await openChained(path)
  audit.write({ ...RECORD, requestId: 'a' })
  audit.flush()
  renameSync(path, old)
  audit.write({ ...RECORD, requestId: 'b' })
  audit.flush()
  await audit.reopen()
  audit.write({ ...RECORD, requestId: 'c' })
  await audit.close()
  t.same(idsOf(old), ['a', 'b'])
  t.same(idsOf(path), ['c'])
  const last = JSON.parse(linesOf(old).at(-1) ?? '')
  t.match(JSON.parse(linesOf(path)[0] ?? ''), { event: 'audit_chain', prev: last.hash, seq: 3 })
  t.match(await verify([old, path]), { ok: true, lines: 5, notes: [] })
  t.match(
    await verify([path]),
    { ok: true, notes: [/goes on from 3 earlier lines/] },
    'the new one alone, and says so',
  )
  t.match(await verify([path, old]), { ok: false }, 'in the wrong order')

  // The old file loses its last line: the new one knows its hash.
  writeFileSync(old, `${linesOf(old).slice(0, -1).join('\n')}\n`)
  t.match(await verify([old, path]), {
    ok: false,
    fault: { file: path, line: 1, problem: /1 line of chain .* is missing/ },
  })
})

t.test('a file cut to nothing in place (copytruncate) begins anew with a link', async t => {
  const folder = t.testdir()
  const [path, copy] = [join(folder, 'audit.log'), join(folder, 'copy.log')]
  const { audit } = await openChained(path)
  audit.write({ ...RECORD, requestId: 'a' })
  audit.flush()
  writeFileSync(copy, readFileSync(path))
  truncateSync(path)
  audit.write({ ...RECORD, requestId: 'b' })
  await audit.close()
  t.match(await verify([copy, path]), { ok: true, lines: 4, notes: [] })
})

t.test('several writers of one file: each has its chain, and they hold one another', async t => {
  const path = join(t.testdir(), 'audit.log')
  const writers = await Promise.all([openChained(path), openChained(path), openChained(path)])
  for (let round = 0; round < 30; round++) {
    for (const [index, { audit }] of writers.entries()) {
      audit.write({ ...RECORD, requestId: `${index}-${round}` })
      if ((round + index) % 3 === 0) audit.flush()
    }
  }
  for (const { audit } of writers) await audit.close()
  const report = await verify([path])
  t.match(report, { ok: true, notes: [] })
  t.equal(report.chains.length, 3)
  t.equal(idsOf(path).length, 90)
  for (const { chain } of report.chains) {
    const others = linesOf(path).filter(line => !line.includes(`"chain":"${chain}"`))
    writeFileSync(`${path}.cut`, `${others.join('\n')}\n`)
    t.match(await verify([`${path}.cut`]), { ok: false }, 'without one of them')
  }
})

t.test('a torn last line: the chain goes on after it, and it is told', async t => {
  const path = join(t.testdir(), 'audit.log')
  for (const rest of ['{"time":"2026', '{', '{"time":"1970-01-01T00:00:00.000Z","event":"audit_chain"']) {
    writeFileSync(path, '')
    await writeChained(path, ['a'])
    appendFileSync(path, rest)
    t.match(await verify([path]), {
      ok: true,
      torn: 1,
      notes: [`3: torn: ${rest.length} bytes of a line whose writer was stopped, or is still writing`],
    })
    await writeChained(path, ['b'])
    t.match(await verify([path]), { ok: true, torn: 1, lines: 4, notes: [/^3: torn/] })
    appendFileSync(path, rest)
    await writeChained(path, ['c'])
    t.match(await verify([path]), { ok: true, torn: 2, lines: 6 })
    t.same(idsOf(path), ['a', 'b', 'c'])
  }
})

t.test('torn twice in a row, and in the very first line', async t => {
  const path = join(t.testdir(), 'audit.log')
  writeFileSync(path, '{"time":"19')
  await writeChained(path, ['a'])
  t.match(await verify([path]), { ok: true, lines: 2 })
  appendFileSync(path, '{"ti\n{"time":')
  await writeChained(path, ['b'])
  t.match(await verify([path]), { ok: true, lines: 4 })
  t.same(idsOf(path), ['a', 'b'])
})

t.test('a line of which only the newline is missing is whole', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a'])
  truncateSync(path, readFileSync(path).length - 1)
  await writeChained(path, ['b'])
  t.match(await verify([path]), { ok: true, lines: 4, torn: 0, notes: [] })
})

t.test('a piece that did not break off, but was put in, is a fault', async t => {
  const path = join(t.testdir(), 'audit.log')
  await writeChained(path, ['a'])
  appendFileSync(path, `${auditLine(RECORD, 0)}\n`)
  await writeChained(path, ['b'])
  t.match(await verify([path]), { ok: false, fault: { line: 3, problem: /in no chain/ } })
})

t.test('lines from before there was a chain are told, and may not grow', async t => {
  const path = join(t.testdir(), 'audit.log')
  const plain = `${auditLine(RECORD, 0)}\n`
  writeFileSync(path, plain.repeat(3))
  await writeChained(path, ['a'])
  t.match(await verify([path]), { ok: true, lines: 2, notes: [/from before there was a chain/] })
  writeFileSync(path, plain + readFileSync(path, 'utf8'))
  t.match(await verify([path]), { ok: false, fault: { line: 1 } })
})

t.test('what could not be written is tied anew, behind what got out of it', async t => {
  const path = join(t.testdir(), 'audit.log')
  const lines = Buffer.from(
    ['a', 'b', 'c'].map(requestId => `${auditLine({ ...RECORD, requestId }, 0)}\n`).join(''),
  )
  for (let written = 0; written <= 900; written += 13) {
    writeFileSync(path, '')
    const file = await open(path, 'a+')
    const chain = new Chain({ isReadable: true, now: () => 0 })
    const tied = chain.tie(lines, file.fd, 0)
    if (written > tied.length) {
      await file.close()
      break
    }
    await file.appendFile(tied.subarray(0, written))
    const rest = chain.undo(tied, written)
    const again = rest.length === 0 ? rest : chain.tie(rest, file.fd, 2)
    await file.appendFile(again)
    await file.close()
    t.match(await verify([path]), { ok: true }, `${written} bytes out`)
    t.same(idsOf(path), ['a', 'b', 'c'], `${written} bytes out`)
  }
})

t.test('lost records are told in the chain', async t => {
  const path = join(t.testdir(), 'audit.log')
  const file = await open(path, 'a+')
  const chain = new Chain({ isReadable: true, now: () => 0 })
  for (const lost of [0, 7, 7, 9]) {
    await file.appendFile(chain.tie(Buffer.from(`${auditLine(RECORD, 0)}\n`), file.fd, lost))
  }
  await file.close()
  t.match(await verify([path]), { ok: true, lost: 9, notes: [/^3: 7 records/, /^6: 2 records/] })
})

t.test('a flush beside a running write begins a chain of its own, as its place is not known', async t => {
  const path = join(t.testdir(), 'audit.log')
  const { audit } = await openChained(path)
  const wide = 'x'.repeat(250)
  for (let index = 0; index < 2_000; index++) {
    audit.write({ ...RECORD, requestId: `${index}`, arguments: { wide } })
    if (index % 400 === 399) audit.flush()
    if (index % 300 === 299) await new Promise(resolve => setImmediate(resolve))
  }
  await audit.close()
  t.match(await verify([path]), { ok: true })
  t.equal(new Set(idsOf(path)).size, 2_000)
  t.equal(idsOf(path).length, 2_000)
})

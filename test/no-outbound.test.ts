/**
 * Nothing is fetched from an address that the configuration doesn't name: every document of the corpus, with all
 * the addresses in it, is loaded, validated and served while every socket but loopback is refused.
 */
import t from 'tap'
import { isCorpusMissing, SHARES } from './corpus/documents.ts'
import type { Offline } from './corpus/judge/offline-child.ts'
import { mapParallel, runChild } from './corpus/judge/run-child.ts'

t.setTimeout(300_000)

t.test('the guard sees what goes out', async t => {
  const [guarded] = await runChild<Offline>('offline-child', ['self-test'])
  t.strictSame([...(guarded?.attempts ?? [])].sort(), [
    '192.0.2.1',
    'a datagram',
    'name.invalid',
    'name.invalid',
  ])
})

t.test('no document makes the gateway reach out', { skip: isCorpusMissing }, async t => {
  let served = 0
  await mapParallel(SHARES, 2, async names => {
    const all = await runChild<Offline>('offline-child', names)
    t.equal(all.length, names.length)
    for (const [index, { operations, listed, attempts }] of all.entries()) {
      t.strictSame(attempts, [], `${names[index]}: ${listed} of ${operations} operations listed`)
      served += listed
    }
  })
  t.ok(served > 3_000, `${served} tools were compiled meanwhile`)
})

import type { Test } from 'tap'
import type { Store } from '../../src/store/store.ts'
import type { OpenStore } from './contract.ts'

/** What every store must do with sealed credentials; `Store` says more. */
export async function sealedContract(t: Test, store: Store, open: OpenStore, shared: boolean): Promise<void> {
  t.strictSame(await store.listSealed(), [])
  t.equal(await store.getSealed('a/ada'), undefined)
  await store.putSealed('a/bob', 'v1.bob')
  await store.putSealed('a/ada', 'v1.ada')
  t.equal(await store.getSealed('a/ada'), 'v1.ada')
  t.strictSame(await store.listSealed(), ['a/ada', 'a/bob'])
  await store.putSealed('a/ada', 'v2.ada')
  t.equal(await store.getSealed('a/ada'), 'v2.ada')
  t.equal(await store.replaceSealed('a/ada', 'v1.ada', 'v3.ada'), false)
  t.equal(await store.getSealed('a/ada'), 'v2.ada')
  t.equal(await store.replaceSealed('a/ada', 'v2.ada', 'v3.ada'), true)
  t.equal(await store.getSealed('a/ada'), 'v3.ada')
  t.equal(await store.replaceSealed('a/none', '', 'x'), false)
  for (const key of ['__proto__', 'constructor', "' OR 1=1 --", '*']) {
    t.equal(await store.getSealed(key), undefined, key)
  }
  if (shared) {
    const other = await open()
    t.teardown(() => other.close())
    t.equal(await other.getSealed('a/ada'), 'v3.ada')
    t.equal(await other.deleteSealed('a/ada'), true)
  } else {
    t.equal(await store.deleteSealed('a/ada'), true)
  }
  t.equal(await store.getSealed('a/ada'), undefined, 'the truth of the moment')
  t.equal(await store.replaceSealed('a/ada', 'v3.ada', 'v4.ada'), false, 'what was deleted stays so')
  t.equal(await store.deleteSealed('a/ada'), false)
  t.strictSame(await store.listSealed(), ['a/bob'])
}

/** What is compared at start-up is what the lock file holds, though the one makes no schema. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { loadDocument } from '../../../src/catalogue/document/load-document.ts'
import { compileLocked, lockOf, namesOf } from './compile-locked.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/corpus')
const skip = existsSync(corpus) ? false : `there is no ${corpus}`

for (const name of ['petstore3.yaml', 'github.json', 'box.json', 'circular/complex-nesting.yaml']) {
  t.test(`${name}: nothing is held back by the lock file of the same document`, { skip }, async t => {
    const { document } = await loadDocument(join(corpus, name))
    const paths = document.paths as Record<string, unknown>
    const { components } = document
    const all = { ...paths }
    t.ok(Object.keys(all).length > 0)
    const options = { document: { components } }
    const lock = lockOf(all, options)
    const before = compileLocked(all, { ...options, approve: 'off' })
    const now = compileLocked(all, { ...options, lock })
    t.same(namesOf(now), namesOf(before))
    t.ok(namesOf(now).length > 0)
  })
}

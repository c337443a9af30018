import t from 'tap'
import { createSealer } from '../../../src/upstream/credentials/sealer.ts'
import { createSealingKey } from './fixtures.ts'

const UNREADABLE = { code: 'sealed_credential_unreadable' }
const keys = (...values: string[]) => ({ keys: values.map(value => ({ value })) })

t.test('what was sealed opens with its key at its place', async t => {
  const key = createSealingKey()
  const sealed = createSealer(keys(key)).seal('Bearer s3cr3t ü', 'acme\nbilling/ada')
  t.match(sealed, /^1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/)
  t.notMatch(sealed, /s3cr3t/)
  t.strictSame(createSealer(keys(key)).open(sealed, 'acme\nbilling/ada'), {
    text: 'Bearer s3cr3t ü',
    isCurrent: true,
  })
})

t.test('no two sealings of one text are alike', async t => {
  const sealer = createSealer(keys(createSealingKey()))
  const all = Array.from({ length: 100 }, () => sealer.seal('x', 'place').split('.'))
  t.equal(new Set(all.map(parts => parts[2])).size, 100, 'each has its own nonce')
  t.equal(new Set(all.map(parts => parts[3])).size, 100)
})

t.test('an older key opens, the first one seals', async t => {
  const [old, next] = [createSealingKey(), createSealingKey()]
  const sealed = createSealer(keys(old)).seal('x', 'place')
  const sealer = createSealer(keys(next, old))
  t.strictSame(sealer.open(sealed, 'place'), { text: 'x', isCurrent: false })
  const anew = sealer.seal('x', 'place')
  t.strictSame(createSealer(keys(next)).open(anew, 'place'), { text: 'x', isCurrent: true })
  t.throws(() => createSealer(keys(next)).open(sealed, 'place'), {
    ...UNREADABLE,
    detail: /sealed with a key that is not among sealing\.keys/,
  })
})

t.test('anything that was changed does not open: every character of it', async t => {
  const sealer = createSealer(keys(createSealingKey(), createSealingKey()))
  const sealed = sealer.seal('Bearer s3cr3t', 'place')
  for (let index = 0; index < sealed.length; index++) {
    const other = sealed[index] === 'A' ? 'Q' : 'A'
    const changed = `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`
    // The last characters of base64url hold bits that mean nothing; what opens then is the same.
    const opened = attempt(() => sealer.open(changed, 'place'))
    if (opened !== undefined) {
      t.equal(
        Buffer.from(changed.split('.')[3] ?? '', 'base64url').compare(
          Buffer.from(sealed.split('.')[3] ?? '', 'base64url'),
        ),
        0,
        `character ${index}`,
      )
      t.equal(opened.text, 'Bearer s3cr3t')
    }
  }
  for (const changed of [
    '',
    '.',
    '...',
    `${sealed}.`,
    sealed.slice(0, -4),
    sealed.slice(0, sealed.lastIndexOf('.') + 1),
    sealed.replace(/^1/, '2'),
    sealed.replace(/\.[^.]*\.([^.]*)$/, '..$1'),
    `${sealed} `.repeat(2),
  ]) {
    t.throws(() => sealer.open(changed, 'place'), UNREADABLE, JSON.stringify(changed.slice(0, 60)))
  }
})

t.test('a text that is copied to another place does not open there', async t => {
  const sealer = createSealer(keys(createSealingKey()))
  const sealed = sealer.seal('x', 'acme\nbilling/ada')
  for (const place of [
    'acme\nbilling/bob',
    'acme\nbilling/ada/org-1',
    'acme\nledger/ada',
    'other\nbilling/ada',
    '',
  ]) {
    t.throws(() => sealer.open(sealed, place), UNREADABLE, place)
  }
})

t.test('a key’s own sealed texts do not open as another key’s', async t => {
  const [a, b] = [createSealingKey(), createSealingKey()]
  const [ofA, ofB] = [createSealer(keys(a)).seal('x', 'p'), createSealer(keys(b)).seal('x', 'p')]
  const swapped = [ofA.split('.').slice(0, 2), ofB.split('.').slice(2)].flat().join('.')
  t.throws(() => createSealer(keys(a, b)).open(swapped, 'p'), UNREADABLE)
})

t.test('what the error says holds nothing of the text', async t => {
  const sealed = createSealer(keys(createSealingKey())).seal('s3cr3t', 'p')
  t.throws(() => createSealer(keys(createSealingKey())).open(sealed, 'p'), {
    message: /administrator/,
    detail: /^(?!.*s3cr3t)/,
  })
})

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

import t from 'tap'
import { stemWord } from '../../../src/catalogue/search/stem-word.ts'

t.test('forms of one word become one', async t => {
  for (const forms of [
    ['issue', 'issues'],
    ['branch', 'branches'],
    ['box', 'boxes'],
    ['cache', 'caches'],
    ['address', 'addresses'],
    ['status', 'statuses'],
    ['policy', 'policies'],
    ['reply', 'replies'],
    ['key', 'keys'],
    ['archive', 'archives', 'archived', 'archiving'],
    ['create', 'creates', 'created', 'creating'],
    ['close', 'closes', 'closed', 'closing'],
    ['namespace', 'namespaces', 'namespaced'],
    ['merge', 'merges', 'merged'],
    ['list', 'lists', 'listed', 'listing'],
    ['use', 'uses'],
  ]) {
    t.equal(new Set(forms.map(stemWord)).size, 1, `${forms} → ${forms.map(stemWord)}`)
  }
})

t.test('different words stay apart', async t => {
  for (const [one, other] of [
    ['status', 'state'],
    ['access', 'acces'],
    ['bus', 'bu'],
    ['red', 'r'],
    ['ring', 'r'],
    ['organization', 'organic'],
    ['invoice', 'invite'],
    ['as', 'a'],
  ] as const) {
    t.not(stemWord(one), stemWord(other), `${one}, ${other}`)
  }
})

t.test('never empty, and the same when asked again', async t => {
  for (const word of ['s', 'es', 'ies', 'ed', 'ing', 'sing', 'bed', 'eeee', 'yyyy', 'ssss']) {
    t.not(stemWord(word), '')
  }
})

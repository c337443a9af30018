import t from 'tap'
import { searchTerms } from '../../../src/catalogue/search/search-terms.ts'

t.test('names of every style are split', async t => {
  for (const name of [
    'listPodLogs',
    'list_pod_logs',
    'list-pod-logs',
    'List pod logs.',
    '/list/{pod}:logs',
  ]) {
    t.same(searchTerms(name), ['list', 'pod', 'log'], name)
  }
  t.same(searchTerms('getHTTPStatus'), ['get', 'http', 'status'])
  t.same(searchTerms('listURLs'), ['list', 'url'])
  t.same(searchTerms('readCoreV1NamespacedPod'), ['read', 'core', 'v1', 'namespac', 'pod'])
})

t.test('stop words go, repetitions stay', async t => {
  t.same(searchTerms('I want to add the label to an issue, a label'), ['add', 'label', 'issu', 'label'])
  t.same(searchTerms('the of to'), [])
})

t.test('accents go, other scripts stay, those without spaces in pairs', async t => {
  t.same(searchTerms('Rechnungen für Müller'), ['rechnungen', 'fur', 'muller'])
  t.same(searchTerms('список счетов'), ['список', 'счетов'])
  t.same(searchTerms('請求書'), ['請求', '求書'])
  t.same(searchTerms('𠮷'), ['𠮷'])
})

t.test('what nobody searches for is left out', async t => {
  t.same(searchTerms(`x${'a'.repeat(64)} id`), ['id'])
  t.same(searchTerms(''), [])
  t.same(searchTerms('  ​… --- '), [])
})

t.test('time is linear in the length, whatever the text', async t => {
  for (const piece of ['aA', 'AAAa', 'a_', 'é', '漢', 'A', '\ud800', 'S']) {
    const text = piece.repeat(500_000)
    const start = performance.now()
    searchTerms(text)
    t.ok(performance.now() - start < 3_000, JSON.stringify(piece))
  }
})

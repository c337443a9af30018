import fc from 'fast-check'
import t from 'tap'
import { nameTool, uniqueName } from '../../../src/catalogue/naming/name-tools.ts'
import { compileDocument } from '../compile-document.ts'

const name = (operationId: string | undefined, method = 'GET', path = '/') =>
  nameTool({ operationId, method, path }, '')

t.test('operationIds become readable snake_case', async t => {
  t.equal(name('listInvoices'), 'list_invoices')
  t.equal(name('repos/list-for-user'), 'repos_list_for_user')
  t.equal(name('getHTTPStatus'), 'get_http_status')
  t.equal(name('listOAuthApps'), 'list_oauth_apps')
  t.equal(name('listURLs'), 'list_urls')
  t.equal(name('Invoices.Get Pdf'), 'invoices_get_pdf')
  t.equal(name('Größe'), 'gro_e')
})

t.test('without one, the name comes from method and path', async t => {
  t.equal(name(undefined, 'GET', '/invoices/{id}'), 'get_invoices_by_id')
  t.equal(name(undefined, 'GET', '/'), 'get_root')
  t.equal(name('日本', 'POST', '/v1/a.b/{x}.pdf'), 'post_v1_a_b_pdf_by_x')
})

t.test('the prefix is put in front once', async t => {
  const prefixed = (operationId: string) => nameTool({ operationId, method: 'GET', path: '/' }, 'acme_')
  t.equal(prefixed('listInvoices'), 'acme_list_invoices')
  t.equal(prefixed('acmeListInvoices'), 'acme_list_invoices')
})

t.test('long names are cut at a word and stay apart', async t => {
  const stem = 'actions/list-selected-repositories-enabled-github-actions-organization'
  const one = name(`${stem}-one`)
  const two = name(`${stem}-two`)
  t.ok(one.length <= 60 && two.length <= 60)
  t.not(one, two)
  t.match(one, /^actions_list_selected_repositories_enabled_github_[0-9a-f]{6}$/)
  t.equal(name(`${stem}-one`), one)
})

t.test('a taken name gets a number, also where it is long', async t => {
  const taken = new Set(['a', 'a_2', 'x'.repeat(64)])
  t.equal(
    uniqueName('a', candidate => taken.has(candidate)),
    'a_3',
  )
  const long = uniqueName('x'.repeat(64), candidate => taken.has(candidate))
  t.equal(long, `${'x'.repeat(62)}_2`)
})

t.test('whatever the operationIds, names are legal, unique and stable', async () => {
  const id = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.constantFrom(
      'listThings',
      'list_things',
      'list-things',
      'ListThings',
      'list things 2',
      'x'.repeat(90),
    ),
  )
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 12 }), ids => {
      const paths = Object.fromEntries(
        ids.map((operationId, index) => [`/p${index}`, { get: { operationId } }]),
      )
      const names = compileDocument({ paths }).tools.map(tool => tool.name)
      const again = compileDocument({ paths }).tools.map(tool => tool.name)
      return (
        names.length === ids.length &&
        new Set(names).size === names.length &&
        names.every(each => /^[A-Za-z0-9_-]{1,64}$/.test(each)) &&
        names.join() === again.join()
      )
    }),
    { numRuns: 200 },
  )
})

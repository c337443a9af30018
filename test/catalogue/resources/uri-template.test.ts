import t from 'tap'
import {
  readUriTemplate,
  templateVariables,
  variableName,
} from '../../../src/catalogue/resources/uri-template.ts'

t.test('URIs and templates that are unmistakable', async t => {
  for (const [text, variables] of [
    ['acme://billing/v1/handbook', []],
    ['acme://invoices/{id}', ['id']],
    ['acme://invoices/{id}/lines/{line}{?page,per_page}', ['id', 'line', 'page', 'per_page']],
    ['acme://compare/{base}...{head}', ['base', 'head']],
    ['urn:invoice:{id}', ['id']],
    ['acme://files/a%20b/{name}', ['name']],
    ['a+b.c-d:x', []],
  ] as const) {
    const read = readUriTemplate(text)
    t.ok('template' in read, text)
    if ('template' in read) t.strictSame(templateVariables(read.template), variables)
  }
})

t.test('what could be read in two ways, or loaded by a client, is refused', async t => {
  for (const [text, message] of [
    ['/v1/invoices', /not an absolute URI/],
    ['Acme://x', /not an absolute URI/],
    ['https://api.acme.com/{id}', /clients may load https/],
    ['file:///etc/{name}', /clients may load file/],
    ['javascript:alert(1)', /clients may load javascript/],
    ['data:text/plain,{x}', /clients may load data/],
    ['acme://{host}/x', /where the URI’s host is/],
    ['acme://a{b}', /where the URI’s host is/],
    ['acme://x/{a}{b}', /side by side/],
    ['acme://x/{+a}', /no variable/],
    ['acme://x{/a}', /no variable/],
    ['acme://x/{a*}', /no variable/],
    ['acme://x/{a:3}', /no variable/],
    ['acme://x/{}', /no variable/],
    ['acme://x/{?a,}', /no variable/],
    ['acme://x/{a}/{a}', /there twice/],
    ['acme://x/{a}{?a}', /there twice/],
    ['acme://x/{a', /percent-encoded, or a brace/],
    ['acme://x/a b', /percent-encoded/],
    ['acme://x/ä', /percent-encoded/],
    ['acme://x/#part', /percent-encoded/],
    ['acme://x/a?b={c}', /percent-encoded/],
    [`acme://x/${'a'.repeat(1_024)}`, /too long/],
  ] as const) {
    t.match(readUriTemplate(text), { message, fix: /\w/ }, text)
  }
})

t.test('any name of an argument becomes a variable of RFC 6570', async t => {
  for (const [argument, variable] of [
    ['id', 'id'],
    ['X-Request-Id', 'X_Request_Id'],
    ['filter.status', 'filter.status'],
    ['.a..b.', '_a_.b_'],
  ] as const) {
    t.equal(variableName(argument), variable)
  }
})

import t from 'tap'
import { nextLink } from '../../src/result/link-header.ts'

const next = 'https://api.example.com/things?page=2'

t.test('the next page of a Link header (RFC 8288)', async t => {
  for (const header of [
    `<${next}>; rel=next`,
    `<${next}>;rel="next"`,
    `<${next}> ; title="a, b; c" ; REL = "prev Next"`,
    `<https://api.example.com/things?page=9>; rel="last", <${next}>; rel="next"`,
    `</a>; rel="prev"; title="rel=next", <${next}>; rel=next; rel=last`,
    [`</a>; rel=prev`, `<${next}>; rel=next`],
  ]) {
    t.equal(nextLink(header), next, String(header))
  }
})

t.test('what is no next page', async t => {
  for (const header of [
    undefined,
    '',
    'next',
    `<${next}>`,
    `<${next}>; rel=last; rel=next`,
    `<${next}>; rel=next; anchor="#other"`,
    `<${next}>; rel=nextish`,
    `<${next}; rel=next`,
    `<${'x'.repeat(9_000)}>; rel=next`,
  ]) {
    t.equal(nextLink(header), undefined, String(header).slice(0, 80))
  }
})

t.test('hostile headers take no time', async t => {
  const start = performance.now()
  for (const piece of [
    '<',
    '<>;',
    '<a>;b="',
    '; rel=',
    '<a>; rel=next; '.replace('next', 'x'),
    ' ',
    ';',
    ',',
  ]) {
    nextLink(piece.repeat(20_000))
    nextLink(`<a>${piece.repeat(20_000)}`)
  }
  t.ok(performance.now() - start < 2_000)
})

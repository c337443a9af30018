import t from 'tap'
import { type PdfPage, writePdf } from '../../src/demo/pdf.ts'
import { readPdf } from './read-pdf.ts'

const page = (...texts: string[]): PdfPage => ({
  texts: texts.map((text, index) => ({ x: 50, y: 700 - 20 * index, text, size: 10 })),
  rules: [{ y: 600, from: 50, to: 500 }],
})

t.test('the file is a PDF 1.4 whose cross-reference table points at every object', async t => {
  const { pages, objects } = readPdf(writePdf('A title', [page('One'), page('Two', 'Three')]))
  t.same(pages, [['One'], ['Two', 'Three']])
  t.equal(objects.size, 9)
  t.match(objects.get(5), /\/Title \(A title\)/)
})

t.test('parentheses and backslashes can’t end a string', async t => {
  const hostile = String.raw`) Tj ET (a\) \(b\\`
  t.same(readPdf(writePdf(hostile, [page(hostile)])).pages, [[hostile]])
})

t.test('Western European letters are kept, others lose accents or become a question mark', async t => {
  const { pages } = readPdf(writePdf('t', [page('Café “Étoile” – € 5 · ß', 'Łódź Ő Ș', '東京 🙂')]))
  t.same(pages, [['Café “Étoile” – € 5 · ß', '?ódz O S', '?? ?']])
})

t.test('line breaks become spaces and control characters never get into the file', async t => {
  const bytes = writePdf('t', [page('a\nb\u0000c\u009b')])
  t.same(readPdf(bytes).pages, [['a b?c?']])
  t.notOk(bytes.includes(0))
})

t.test('decomposed letters are composed first', async t => {
  t.same(readPdf(writePdf('t', [page('e\u0301')])).pages, [['é']])
})

t.test('the same pages give the same bytes', async t => {
  t.same(writePdf('t', [page('x')]), writePdf('t', [page('x')]))
})

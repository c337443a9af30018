import t from 'tap'
import type { Encoding } from '../../../src/catalogue/tool.ts'
import { readFile } from '../../../src/upstream/body/read-file.ts'

const read = (text: string, encoding: Encoding = 'anyFile') => {
  const file = readFile(text, encoding)
  return file && { ...file, bytes: file.bytes.toString('latin1') }
}

t.test('a data URI says type, name and bytes', async t => {
  t.same(read('data:image/png;base64,aGk='), { bytes: 'hi', mediaType: 'image/png', fileName: undefined })
  t.same(read('data:text/csv;charset=utf-8;name=a%20b.csv,x%2Cy'), {
    bytes: 'x,y',
    mediaType: 'text/csv',
    fileName: 'a b.csv',
  })
  t.same(read('DATA:;base64,aGk')?.bytes, 'hi', 'a type is not needed, nor padding')
  t.equal(read('data:,')?.bytes, '')
})

t.test('a name in a data URI is no path', async t => {
  const named = (name: string) => read(`data:text/plain;name=${name},x`)?.fileName
  t.equal(named('..%2F..%2Fetc%2Fpasswd'), 'passwd')
  t.equal(named('C:%5Cx.txt'), 'x.txt')
  t.equal(named('..'), undefined)
  t.equal(named('%2F'), undefined)
})

t.test('names may have spaces and, in quotes, commas', async t => {
  const png = { bytes: 'hi', mediaType: 'image/png' }
  t.same(read('data:image/png;name=my photo.png;base64,aGk='), { ...png, fileName: 'my photo.png' })
  t.same(read('data:image/png;name="a, b; c.png";base64,aGk='), { ...png, fileName: 'a, b; c.png' })
})

t.test('what begins with "data:" and is no data URI is a text, whole', async t => {
  for (const text of [
    'data: a, b',
    'data: {"a":1,"b":2}\n\n',
    'data:x,%zz',
    'data:\n  key: a,b',
    'data:no comma',
  ]) {
    t.equal(read(text, 'textFile')?.bytes, text)
    t.equal(read(text, 'anyFile')?.bytes, text)
    t.equal(read(text, 'binary'), undefined)
  }
})

t.test('a data URI that says base64 and holds none is refused, never sent as it is', async t => {
  for (const encoding of ['textFile', 'anyFile', 'binary'] as const) {
    t.equal(read('data:image/png;base64,***', encoding), undefined)
    t.equal(read('data:image/png;base64,', encoding), undefined)
  }
  t.equal(read('data:text/plain,100% of %41')?.bytes, '100% of A', 'a stray percent sign stands for itself')
})

t.test('base64 is strict; what is neither is text only where text is taken', async t => {
  t.equal(read('aGk=')?.bytes, 'hi')
  t.equal(read('aG\nk=\n')?.bytes, 'hi', 'with line breaks')
  t.equal(read('  aG\n  k=', 'binary')?.bytes, 'hi', 'indented')
  t.equal(read('_-8', 'binary')?.bytes, '\xff\xef', 'base64url')
  for (const text of ['a', 'hello world', 'aGk==', '=', 'a+b_', '']) {
    t.equal(read(text, 'binary'), undefined, text)
    t.equal(read(text, 'anyFile')?.bytes, text, text)
  }
  for (const word of ['my-file', 'snake_case12', 'hello1', 'aGk']) {
    t.equal(read(word)?.bytes, word, 'a word stays a word where text is taken')
  }
  t.equal(read('aGk=', 'textFile')?.bytes, 'aGk=', 'a text file is never taken for base64')
})

t.test('long texts take linear time', async t => {
  const long = 'A'.repeat(8_000_000)
  t.equal(readFile(long, 'binary')?.bytes.length, 6_000_000)
  t.equal(readFile(`${long}!`, 'binary'), undefined)
  t.equal(readFile(`data:${long}`, 'binary'), undefined, 'no comma near its start')
  t.ok(readFile(`data:,${'%41'.repeat(1_000_000)}`, 'binary'))
})

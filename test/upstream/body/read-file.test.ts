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

t.test('base64 is strict; what is neither is text only where text is taken', async t => {
  t.equal(read('aGk=')?.bytes, 'hi')
  t.equal(read('_-8')?.bytes, '\xff\xef', 'base64url')
  t.equal(read('aG\nk=\n')?.bytes, 'hi', 'with line breaks')
  for (const text of ['a', 'hello world', 'aGk==', '=', 'a+b_', 'data:image/png;base64,***', 'data:x,%zz']) {
    t.equal(read(text, 'binary'), undefined, text)
    t.equal(read(text, 'anyFile')?.bytes, text, text)
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

import fc from 'fast-check'
import t from 'tap'
import { decodeHeaderValue } from '../../src/mcp/header-value.ts'

const encode = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`

t.test('plain values are taken as they are', async t => {
  for (const value of [
    '',
    'us-west1',
    'a b',
    'SGVsbG8=',
    '=?base64?SGVsbG8=',
    'SGVsbG8=?=',
    '=?base64?=',
    '=?BASE64?QQ==?=',
  ]) {
    t.equal(decodeHeaderValue(value), value)
  }
})

t.test('encoded values round-trip', async () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => decodeHeaderValue(encode(text)) === text))
})

t.test('what no encoder writes is refused', async t => {
  for (const value of [
    'Zürich',
    'a\x00b',
    'a\x7fb',
    '=?base64?SGVsbG8?=',
    '=?base64?SGVs!!!bG8=?=',
    '=?base64? SGVsbG8=?=',
    '=?base64?SGVsbG9=?=',
    '=?base64?SGVsbG8_?=',
    `=?base64?${Buffer.from([0xff, 0xfe]).toString('base64')}?=`,
  ]) {
    t.equal(decodeHeaderValue(value), undefined, value)
  }
  t.equal(decodeHeaderValue('=?base64??='), '')
})

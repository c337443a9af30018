/** What is taken for JSON without being parsed is JSON, on one line, and safe to be put into a message. */
import fc from 'fast-check'
import t from 'tap'
import { scanCompactJson } from '../../src/result/compact-json.ts'
import { contentBlocks } from '../../src/result/content-blocks.ts'

/** Whether it is taken; what is taken has to be escaped as `JSON.stringify` does it. */
function isTaken(text: string): boolean {
  const compact = scanCompactJson(Buffer.from(text))
  const escaped = compact?.escaped?.toString()
  if (escaped !== undefined && `"${escaped}"` !== JSON.stringify(text))
    throw new Error(`${text} became ${escaped}`)
  return compact !== undefined
}

t.test('values written without white space are taken', async t => {
  const texts = ['{}', '[]', '""', '0', '-0', '10.5e+3', '1E-7', 'true', 'false', 'null', '"ü☃\u{1f600}"']
  const units = ['"\\u00e9\\u2028\\uD7ff\\ue000"']
  const nested = [
    '[[],{}]',
    '{"a":[1,{"b":null},"c"],"":{}}',
    '["\\"\\\\\\/\\b\\f\\n\\r\\t"]',
    '[{},[],"",0]',
  ]
  for (const text of [...texts, ...units, ...nested]) t.equal(isTaken(text), true, text)
})

t.test('what is no JSON is not', async t => {
  const tokens = [
    '',
    '{',
    '[',
    '}',
    ']',
    '"',
    '"\\"',
    ',',
    ':',
    'nul',
    'nulll',
    'True',
    'NaN',
    '-',
    '+1',
    '01',
    '-01',
  ]
  const numbers = ['1.', '.5', '1e', '1e+', '1.e5', '0x1', '1_000', '--1', '1-']
  const lists = ['[,]', '[1,]', '[,1]', '[1 2]', '[1', '[1}', '[]]', '[][]', '[1],', '1,2']
  const objects = [
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '{"a":1]',
    '{"a":1}}',
    '{1:1}',
    '{"a":1,2}',
    '{"a",1}',
  ]
  const strings = [
    '"\n"',
    '"\t"',
    '"\\x41"',
    '"\\\'"',
    '"a',
    "'a'",
    '"\\',
    '"\\u12"',
    '"\\u00g0"',
    '"\\u"',
    '"\\u004',
    '"a"b"',
    '\ufeff{}',
    '{}\0',
  ]
  for (const text of [...tokens, ...numbers, ...lists, ...objects, ...strings]) {
    t.throws(() => JSON.parse(text), text)
    t.equal(isTaken(text), false, text)
  }
})

t.test('what is seldom written is left to the parser', async t => {
  const deep = '['.repeat(40) + ']'.repeat(40)
  for (const text of [' {}', '{} ', '{"a": 1}', '[1,\n2]', '"\\ud800"', '"\\uDFFF"', deep]) {
    JSON.parse(text)
    t.equal(isTaken(text), false, text)
  }
})

t.test('as deep as it goes, each kind of container keeps its own end', async t => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    t.equal(isTaken(`${open.repeat(31)}1${close.repeat(31)}`), true)
    t.equal(isTaken(`${open.repeat(31)}1${close.repeat(30)}`), false)
    t.equal(isTaken(`${open.repeat(31)}1${close.repeat(32)}`), false)
    t.equal(isTaken(`[${open.repeat(20)}1${close.repeat(20)}}`), false)
  }
})

t.test('bytes that are not what they should be come out as text, in valid JSON', async t => {
  const broken = [[0xc3], [0x85], [0xed, 0xa0, 0x80], [0xf5, 0x80], [0xe2, 0x80]].map(bytes =>
    Buffer.from(bytes),
  )
  for (const charset of [
    '',
    '; charset=utf-8',
    '; charset="UTF-8 "',
    '; charset=latin1',
    '; charset=shift_jis',
  ]) {
    for (const bytes of broken) {
      const body = Buffer.concat([Buffer.from('{"name":"'), bytes, Buffer.from('"}')])
      const payload = { body, contentType: `application/json${charset}`, disposition: undefined }
      const { content, structured, json } = contentBlocks(payload, 'get_name')
      t.type(JSON.parse(structured ?? '').name, 'string', `${bytes.toString('hex')} ${charset}`)
      t.strictSame(json?.value, JSON.parse(structured ?? ''))
      const [block] = content
      if (block?.type !== 'text') throw new Error('no text')
      if (charset.includes('8') || charset === '') t.equal(block.quoted, JSON.stringify(block.text))
    }
  }
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{}')])
  t.equal(scanCompactJson(marked), undefined, 'a byte order mark is no JSON')
})

t.test('no answer keeps what another wrote', async t => {
  const blocks = ['one', 'two "longer"', 'x'].map(name => textOf(JSON.stringify({ name })))
  for (const { text, quoted } of blocks) t.equal(quoted, JSON.stringify(text))
})

t.test('what is too long to be escaped on the way is JSON all the same', async t => {
  // A backslash takes two bytes and becomes four.
  const most = 262_144
  for (const [backslashes, isEscaped] of [
    [most / 4 - 2, true],
    [most / 4 - 1, true],
    [most / 4, false],
    [most, false],
  ] as const) {
    const json = JSON.stringify('\\'.repeat(backslashes))
    const { text, quoted } = textOf(json)
    t.equal(text, json)
    t.equal(quoted, isEscaped ? JSON.stringify(json) : undefined, `${backslashes}`)
  }
})

function textOf(json: string) {
  const [block] = contentBlocks(jsonPayload(json), 'get_name').content
  if (block?.type !== 'text') throw new Error('no text')
  return block
}

function jsonPayload(text: string) {
  return { body: Buffer.from(text), contentType: 'application/json', disposition: undefined }
}

t.test('every compact text of a value is taken, and nothing that JSON.parse refuses', async t => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
      const text = JSON.stringify(value)
      return isTaken(text) || /\\u[dD][89a-fA-F]/.test(text)
    }),
    { numRuns: 5_000 },
  )
  fc.assert(
    fc.property(nearlyJson(), text => !isTaken(text) || isSafe(text)),
    { numRuns: 100_000 },
  )
  t.pass('holds')
})

/** JSON with a few places replaced, left out or doubled, and rows of tokens: most are no JSON, some are. */
function nearlyJson() {
  const piece = fc.constantFrom(
    ...'{}[]",:\\-+.eE0179truefalsn \n\u0001ü'.split(''),
    '""',
    '"a":',
    'null',
    '\\u',
  )
  const mended = fc
    .tuple(fc.jsonValue(), fc.array(fc.tuple(fc.nat(), fc.nat(2), piece), { maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(change, JSON.stringify(value)))
  return fc.oneof(
    mended,
    fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
  )
}

function change(text: string, [place, length, piece]: readonly [number, number, string]): string {
  const at = place % (text.length + 1)
  return text.slice(0, at) + piece + text.slice(at + length)
}

/** Valid, with no break of line, and the same to every reader. */
function isSafe(text: string): boolean {
  try {
    JSON.parse(text)
    return !/[\n\r\t]|\\u[dD][89a-fA-F]/.test(text.replaceAll('\\\\', '')) && text === text.trim()
  } catch {
    return false
  }
}

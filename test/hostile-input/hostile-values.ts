import fc from 'fast-check'
import { anyCharacter } from '../any-character.ts'

/**
 * JSON text that no JavaScript value serialises to is written as a text with this mark in front:
 * `toJson(['⟦raw⟧1e400'])` is `[1e400]`.
 */
const RAW = '\ue000raw\ue001'
const MARKED = new RegExp(`"${RAW}((?:[^"\\\\]|\\\\.)*)"`, 'gu')

/** Serialises a value, with raw pieces in their places. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(MARKED, (_, escaped: string) => JSON.parse(`"${escaped}"`))
}

/** A value that is written to JSON as it stands here. */
export function raw(text: string): string {
  return RAW + text
}

const TRAVERSAL = [
  '..', '.', '...', '../', '/..', '../..', '../../v1/things/export', '..%2f', '%2e%2e', '%2E%2E%2F', '%252e%252e',
  '%252e%252e%252f', '..;/', '..;', ';/../', '..\\', '..%5c', '%5c..', '%c0%ae%c0%ae', '%c0%af', '%e0%80%af', '%uff0e',
  '%u2215', '．．', '．．／', '﹒﹒', '⁄', '∕', '／', '＼', '‥', '…', '․․', '/', '//', '\\', '\\\\', './', '/./', ' ..',
  '.. ', '..\u00a0', '..\t', '%00', '..%00', '%2f', '%2F..%2F', 'export', 'EXPORT', 'Export', 'ｅｘｐｏｒｔ', 'export;x',
  'export ', 'export.', 'export/', 'x.pdf', 'x.PDF', ';', ';x', '.;x', 'export?', 'export#', '.pdf', '..pdf', 'a.b', '.a', 'a.', '-', 'z', 'x-', '-z',
] // biome-ignore format: a table
const INJECTION = [
  '\r\nX-Evil: 1', '\n', '\r', '\r\n\r\nGET /base/v1/things/export HTTP/1.1\r\nHost: x\r\n\r\n', '%0d%0aX-Evil:1', '\u010d\u010a',
  '嘊嘍X-Evil:1', '\0', 'a\0b', '\u0001', '\u007f', '\u0085', '\u2028', '\u2029', '\u000b', '\t', ' ', '  a  ', '\u00a0', '\ufeff',
  '\u202e', '\u200b', '\u2066', '\ud800', '\udfff', 'a\ud83d', '😀', 'é', 'é', 'ﬀ', '℀', 'İ', 'ß', 'ſ', 'K',
] // biome-ignore format: a table
const SYNTAX = [
  '?a=b', '#f', '&org_id=other', ';org_id=other', '&ORG_ID[]=other', '=', '+', '%', '%zz', '%2', '*', "'", '"', '`', '$', '|', ',',
  ', other', '[]', '[org_id]', '{id}', '{{id}}', '<script>', '#{7*7}', '() { :;}; id', "' OR 1=1 --", '@', ':', ':80', '~', '!',
  '_method=DELETE', 'null', 'undefined', 'NaN', 'true', '0', '-0', '1e400', 'Infinity', '', 'constructor', '__proto__',
  'toString', 'hasOwnProperty', 'Bearer x', 'Basic eDp4', 'chunked', '=?base64?Li4=?=', 'application/json', 'a:b', 'a,b', 'a;b=c',
] // biome-ignore format: a table
const ADDRESSES = [
  'http://evil.example/', '//evil.example/x', '\\\\evil.example', 'https://user:pass@evil.example/', '@evil.example', ':@evil.example',
  'evil.example:80', 'http://127.0.0.1:1/', 'http://[::1]/', 'file:///etc/passwd', 'javascript:alert(1)', 'http:evil', 'https:/evil',
] // biome-ignore format: a table

const KEYS = [
  '__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON', 'length', '0', '-1', '',
  'org_id', 'ORG_ID', 'org_id[]', 'org_id[a]', 'org.id', 'org id', 'org%5fid', 'page', '_method', 'q', 'free', 'deep', 'api_key',
  'X-Org-Id', 'a=b', 'a&b', 'a]b', '[', ']', '\0', '\r\nX: 1', '\ud800', 'é', '$ref', 'body', 'id', 'name',
] // biome-ignore format: a table

const NUMBERS = [
  0, -0, 1, -1, 1.5, 2 ** 31, 2 ** 53 + 2, -(2 ** 63), Number.MAX_VALUE, Number.MIN_VALUE, 1e21, 1e-7,
  raw('1e400'), raw('-1e400'), raw('-0'), raw('9007199254740993'), raw('1E+2'), raw('0.1e-400'), raw('123456789012345678901234567890'),
] // biome-ignore format: a table
const RAW_OBJECTS = [
  raw('{"__proto__":{"polluted":"yes"}}'),
  raw('{"constructor":{"prototype":{"polluted":"yes"}}}'),
  raw('{"a":1,"a":2}'),
  raw('{"org_id":"other","org_id":"another"}'),
  raw('[{"__proto__":null}]'),
  raw(`${'['.repeat(60)}1${']'.repeat(60)}`),
  raw(`${'['.repeat(70)}${']'.repeat(70)}`),
  raw(`${'{"children":[{"root":'.repeat(20)}1${'}]}'.repeat(20)}`),
  raw(`${'['.repeat(5000)}${']'.repeat(5000)}`),
]

/** Texts for the origin that nobody may contact. */
function addressesOf(decoy: string): string[] {
  return [
    `http://${decoy}/`,
    `//${decoy}/`,
    `\\\\${decoy}`,
    `@${decoy}`,
    `x@${decoy}/`,
    `http:/${decoy}`,
    decoy,
  ]
}

/** What attackers send; made for a decoy origin, `host:port`. */
export interface HostileValues {
  readonly text: fc.Arbitrary<string>
  /** Any JSON, raw pieces included: for {@link toJson}. */
  readonly value: fc.Arbitrary<unknown>
  readonly key: fc.Arbitrary<string>
}

/** The arbitraries. */
export function hostileValues(decoy: string): HostileValues {
  const attack = fc.constantFrom(...TRAVERSAL, ...INJECTION, ...SYNTAX, ...ADDRESSES, ...addressesOf(decoy))
  const piece = fc.oneof(
    { weight: 6, arbitrary: attack },
    { weight: 2, arbitrary: fc.string({ unit: anyCharacter, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
    { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  )
  const long = fc
    .tuple(attack, fc.constantFrom(257, 1001, 4097, 8193, 40_000))
    .map(([text, length]) => (text === '' ? 'a' : text).repeat(length).slice(0, length))
  const text = fc.oneof(
    { weight: 12, arbitrary: piece },
    { weight: 4, arbitrary: fc.array(piece, { minLength: 2, maxLength: 4 }).map(parts => parts.join('')) },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom('a', '1', 'id-'), piece).map(parts => parts.join('')) },
    { weight: 1, arbitrary: long },
  )
  const key = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...KEYS) }, piece)
  const scalar = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...NUMBERS, true, false, null) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  )
  const wide = fc
    .tuple(scalar, fc.constantFrom(100, 501, 3000))
    .map(([item, length]) => (JSON.stringify(item).length > 50 ? [item] : new Array(length).fill(item)))
  const value: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 12, arbitrary: scalar },
    { weight: 4, arbitrary: fc.array(scalar, { maxLength: 4 }) },
    { weight: 4, arbitrary: fc.dictionary(key, scalar, { maxKeys: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(key, fc.array(scalar, { maxLength: 3 }), { maxKeys: 3 }) },
    { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...RAW_OBJECTS) },
    { weight: 1, arbitrary: fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: wide }) },
  )
  return { text, value, key }
}

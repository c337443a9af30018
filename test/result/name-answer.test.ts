import t from 'tap'
import { compileErrors } from '../../src/catalogue/answers/compile-errors.ts'
import { answerCodes } from '../../src/result/answer-codes.ts'
import { nameAnswer } from '../../src/result/name-answer.ts'

const answer = (status: number, body: string, type = 'application/json') => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(body),
  path: '/',
})

t.test('codes are looked for where products put them, in this order, and nowhere else', async t => {
  for (const [body, codes] of [
    ['{"code":"a","error":"b","type":"c"}', ['a', 'b', 'c']],
    ['{"error":{"code":"a","type":"b"},"type":"c"}', ['a', 'c']],
    ['{"errors":[{"code":"a"},{"code":"b"}]}', ['a']],
    ['{"code":42}', ['42']],
    ['{"code":9007199254740993}', []],
    ['{"code":["a"],"error":null,"type":true}', []],
    ['{"Code":"a","message":"b"}', []],
    ['["a"]', []],
    ['"a"', []],
    ['', []],
    ['<html>', []],
  ] as const) {
    t.same(answerCodes(answer(403, body)), codes, body)
  }
  t.same(answerCodes(answer(403, `{"code":"a","x":"${'x'.repeat(70_000)}"}`)), [], 'a page without end')
})

t.test('the code in the body before the status; later rules before earlier ones', async t => {
  const [first, second, third] = [{ code: 'first' }, { code: 'second' }, { code: 'third' }]
  const errors = compileErrors([
    { '403': first, '404': first, '403 A': first },
    { '403 A': second, '403 B C': third },
  ])
  if (errors === undefined) throw new Error('nothing is named')
  t.equal(nameAnswer(answer(403, '{"code":"A"}'), errors), second)
  t.equal(nameAnswer(answer(403, '{"code":"x","type":"B C"}'), errors), third)
  t.equal(nameAnswer(answer(403, '{"code":"a"}'), errors), first)
  t.equal(nameAnswer(answer(404, '{"code":"A"}'), errors), first)
  t.equal(nameAnswer(answer(409, '{"code":"A"}'), errors), undefined)
  t.equal(compileErrors([]), undefined)
})

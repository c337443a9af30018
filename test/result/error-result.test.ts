import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { errorResult } from '../../src/result/error-result.ts'

function text(error: PosternError): string {
  const { content, isError, structured } = errorResult(error)
  t.equal(isError, true)
  t.equal(structured, undefined)
  const [block] = content
  return block?.type === 'text' ? block.text : ''
}

t.test('names each failing argument, what was expected, what came and an example', async t => {
  const problems = [
    { path: '/lines/0/quantity', expected: 'an integer of at least 1', received: '"x"', example: 1 },
    { path: '/email', expected: 'an e-mail address', received: undefined, example: undefined },
    { path: '', expected: 'an object', received: 'a list', example: { a: 'x'.repeat(400) } },
  ]
  t.equal(
    text(new PosternError('invalid_arguments', { data: { problems } })),
    [
      'Some arguments are not valid. Mend them and call again.',
      '- /lines/0/quantity: expected an integer of at least 1; received "x"; example: 1',
      '- /email: expected an e-mail address; it is missing',
      '- the arguments: expected an object; received a list',
    ].join('\n'),
  )
})

t.test('many problems are summed up', async t => {
  const problem = { path: '/a', expected: 'b', received: 'c', example: undefined }
  const lines = text(
    new PosternError('invalid_arguments', { data: { problems: Array(50).fill(problem) } }),
  ).split('\n')
  t.equal(lines.length, 22)
  t.equal(lines.at(-1), '- and 30 more')
})

t.test('other errors say their public message and nothing private', async t => {
  const error = new PosternError('upstream_unreachable', {
    detail: 'ECONNREFUSED 10.0.0.1',
    cause: new Error('10.0.0.1'),
  })
  t.equal(text(error), error.message)
  t.notMatch(text(error), /10\.0/)
  t.equal(text(new PosternError('invalid_arguments')), 'Some arguments are not valid.')
})

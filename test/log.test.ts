/** The process log tells operators what happened, and never what signs in anywhere. */
import Fastify from 'fastify'
import t from 'tap'
import { PosternError } from '../src/errors.ts'
import { createLog, serializeError } from '../src/log.ts'

/** A log that is read back. */
function record(level = 'trace') {
  const lines: string[] = []
  const log = createLog(level, { write: (line: string) => void lines.push(line) })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') }
}

t.test('of an error: type, code, message, private reason, frames, and nothing else', async t => {
  const { log, last, lines } = record()
  const error = new PosternError('invalid_token', {
    detail: 'unknown hash',
    data: { received: 'S1' },
    headers: { 'www-authenticate': 'S2' },
    cause: Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), {
      code: 'ECONNREFUSED',
      request: { headers: { authorization: 'S3' } },
      command: { name: 'auth', args: ['S4'] },
    }),
  })
  log.error({ err: error }, 'call failed')
  const { err } = last()
  t.same(Object.keys(err).sort(), ['code', 'detail', 'message', 'stack', 'type'])
  t.match(err, {
    type: 'PosternError',
    code: 'invalid_token',
    detail: 'unknown hash',
    message: error.message,
  })
  t.match(err.stack, /PosternError invalid_token .*\n\s+at /)
  t.match(err.stack, /caused by Error ECONNREFUSED connect ECONNREFUSED 10\.0\.0\.1:443\n\s+at /)
  t.notMatch(lines.join(), /S\d/)
})

t.test('a parser’s message, which quotes the caller, is left out', async t => {
  const { log, lines } = record()
  let cause: unknown
  try {
    JSON.parse('{"password": S1CRET}')
  } catch (error) {
    cause = error
  }
  log.error({ err: new PosternError('parse_error', { cause }) })
  log.error({ err: cause })
  log.error(cause as Error)
  t.equal(lines.length, 3)
  t.notMatch(lines.join(), 'S1CRET')
})

t.test('credentials inside of messages are cut out', async t => {
  for (const [message, kept] of [
    ['refused Authorization: Bearer S1CRET', /Authorization: Bearer \[redacted\]/],
    ['can’t reach redis://user:S1CRET@cache:6379/0', /redis:\/\/\[redacted\]@cache:6379/],
    ['basic S1CRET== was refused', /basic \[redacted\] was refused/],
  ] as const) {
    const logged = serializeError(
      new PosternError('store_unavailable', { detail: message, cause: new Error(message) }),
    )
    t.match(logged.detail, kept)
    t.match(logged.stack, kept)
    t.notMatch(JSON.stringify(logged), 'S1CRET')
  }
})

t.test('whatever is thrown can be logged', async t => {
  const cyclic = new Error('round')
  cyclic.cause = cyclic
  t.ok((serializeError(cyclic).stack ?? '').length < 10_000)
  const hostile = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('no')
    },
  })
  for (const thrown of [undefined, null, 'S1CRET', 7, { password: 'S1CRET' }, hostile, Object.create(null)]) {
    t.notMatch(JSON.stringify(serializeError(thrown)), 'S1CRET')
  }
  t.equal(serializeError(new Error('x'.repeat(100_000))).message.length, 1_000)
})

t.test('members named like a credential are censored', async t => {
  const { log, lines } = record()
  const secrets = { authorization: 'S1', token: 'S2', cookie: 'S3', headers: { a: 'S4' }, rawHeaders: ['S5'] }
  log.info(secrets)
  log.info({ request: secrets })
  log.info({ a: { b: { password: 'S6', secret: 'S7', arguments: { x: 'S8' } } } })
  t.notMatch(lines.join(), /S\d/)
  t.match(lines.join(), '[redacted]')
})

t.test('a request is method and path, even where Fastify itself logs it', async t => {
  const { log, lines, last } = record()
  log.info({ req: { method: 'GET', url: '/mcp?access_token=S1', headers: { authorization: 'S2' } } })
  t.same(last().req, { method: 'GET', path: '/mcp' })
  const fastify = Fastify({ loggerInstance: log })
  fastify.get('/', () => {
    throw Object.assign(new Error('broken'), { headers: { cookie: 'S3' } })
  })
  await fastify.inject({ url: '/?token=S4', headers: { authorization: 'S5' } })
  await fastify.close()
  t.match(lines.join(), 'broken')
  t.notMatch(lines.join(), /S\d/)
})

t.test('levels hold, and the default goes to standard error', async t => {
  const { log, lines } = record('warn')
  log.info('quiet')
  log.warn('loud')
  t.equal(lines.length, 1)
  t.match(JSON.parse(lines[0] ?? ''), { level: 40, msg: 'loud', pid: process.pid, time: /^\d{4}-.*Z$/ })
  t.doesNotThrow(() => createLog('silent').error('nothing'))
})

/** GET and HEAD at the endpoint: there is nothing to get, but whoever shows nothing learns where tokens come from. */
import t from 'tap'
import { PosternError } from '../../src/errors.ts'
import { openDoor } from './fake-door.ts'

const CHALLENGE =
  'Bearer realm="x", resource_metadata="https://x.example/.well-known/oauth-protected-resource/mcp"'

const refusing = (header: string, code: 'missing_token' | 'store_unavailable' = 'missing_token') => ({
  authenticate() {
    throw new PosternError(code, { headers: { 'WWW-Authenticate': header } })
  },
})

t.test('without a credential it is the challenge that a POST would get', async t => {
  const { url } = await openDoor(t, refusing(CHALLENGE))
  for (const method of ['GET', 'HEAD']) {
    const answer = await fetch(url, { method, headers: { 'mcp-protocol-version': '2024-11-05' } })
    t.equal(answer.status, 401, method)
    t.equal(answer.headers.get('www-authenticate'), CHALLENGE)
    t.equal(answer.headers.get('allow'), null)
  }
  const page = await fetch(url, { headers: { origin: 'http://localhost:6274' } })
  t.equal(page.status, 401)
  t.equal(page.headers.get('access-control-allow-origin'), 'http://localhost:6274')
  t.match(page.headers.get('access-control-expose-headers'), /www-authenticate/i)
})

t.test('with one it is 405, and a token is not looked at', async t => {
  const { url } = await openDoor(t, {
    authenticate() {
      throw new Error('nobody asked')
    },
  })
  const answer = await fetch(url, { headers: { authorization: 'Bearer whatever' } })
  t.equal(answer.status, 405)
  t.equal(answer.headers.get('allow'), 'POST')
})

t.test('other methods, other refusals, and a challenge that leads nowhere are 405', async t => {
  const { url } = await openDoor(t, refusing(CHALLENGE))
  for (const method of ['DELETE', 'PUT', 'PATCH']) t.equal((await fetch(url, { method })).status, 405, method)
  for (const door of [refusing('Bearer realm="x"'), refusing(CHALLENGE, 'store_unavailable')]) {
    const other = await openDoor(t, door)
    t.equal((await fetch(other.url)).status, 405)
  }
  const open = await openDoor(t)
  t.equal((await fetch(open.url, { headers: { authorization: 'Bearer good' } })).status, 405)
})

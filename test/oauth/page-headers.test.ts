import t from 'tap'
import { contentSecurityPolicy } from '../../src/oauth/page-headers.ts'

t.test('a page loads and runs nothing, is in no frame, and its form leads here', async t => {
  t.equal(
    contentSecurityPolicy("'sha256-x'"),
    "default-src 'none'; style-src 'sha256-x'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
})

t.test('and to the redirects that it is about', async t => {
  const policy = contentSecurityPolicy("'sha256-x'", [
    'https://claude.ai/api/mcp/auth_callback',
    'http://127.0.0.1:3334/cb',
    'http://[::1]:3334/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
  ])
  t.match(policy, "form-action 'self' https://claude.ai http://127.0.0.1:3334 http: cursor:;")
})

t.test('what is no address adds nothing', async t => {
  t.match(contentSecurityPolicy("'sha256-x'", ['nothing; script-src *']), "form-action 'self';")
})

import t from 'tap'
import { contentSecurityPolicy } from '../../src/oauth/page-headers.ts'

t.test('a page loads and runs nothing, is in no frame, and its form leads here', async t => {
  t.equal(
    contentSecurityPolicy("'sha256-x'"),
    "default-src 'none'; style-src 'sha256-x'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
})

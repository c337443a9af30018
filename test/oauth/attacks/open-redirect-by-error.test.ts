/**
 * An administrator lets in clients of every website (`redirects.allow: [https:]`). A client that registers itself and
 * asks for nonsense must not become an address of this host that sends people to wherever it likes.
 */
import t from 'tap'
import { authorizeUrl, CLAUDE_CALLBACK, isOwn, pkce, register, startGateway } from '../gateway.ts'

const ELSEWHERE = 'https://evil.example/looks-like-acme'

t.test('nobody is sent to a stranger’s website without having pressed anything', async t => {
  const { node } = await startGateway(t, { oauth: { redirects: { allow: ['https:'] } } })
  const clientId = await register(node, { redirect_uris: [ELSEWHERE, CLAUDE_CALLBACK] })
  const { challenge } = pkce()
  const nonsense = [
    { response_type: 'token' },
    { code_challenge: undefined },
    { scope: 'nothing:here' },
    { resource: 'https://other.example/' },
    { request: 'eyJ' },
    { state: 'ä' },
    { prompt: 'none' },
  ]
  for (const more of nonsense) {
    const about = JSON.stringify(more)
    const page = await node
      .browser()
      .open(authorizeUrl(clientId, challenge, { redirect_uri: ELSEWHERE, ...more }))
    t.equal(page.location, undefined, about)
    t.equal(page.status >= 400 && page.status < 500, true, about)
    t.match(page.html, `href="${ELSEWHERE}?error`, `${about}: who wants to can go on`)
    const known = await node.browser().open(authorizeUrl(clientId, challenge, more))
    t.match(known.location, `${CLAUDE_CALLBACK}?error=`, `${about}: known clients are told`)
  }
  const browser = node.browser()
  const url = authorizeUrl(clientId, challenge, { redirect_uri: ELSEWHERE })
  const page = await browser.follow(await browser.open(url), isOwn)
  t.match(page.html, 'evil.example', 'who asks properly is shown where it goes')
})

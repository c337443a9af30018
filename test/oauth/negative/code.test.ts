/** Codes that are late, used before, somebody else’s or brought with something wrong: N51 to N57; N53 is in fleet.test.ts. */
import t from 'tap'
import {
  authorizeUrl,
  CLAUDE_CALLBACK,
  connect,
  isOwn,
  type OAuthGateway,
  obtainCode,
  pkce,
  postForm,
  register,
  STORES,
  signIn,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { refused } from './refused.ts'
import { pairOf, redeem, refresh, statusOf } from './token-requests.ts'

t.setTimeout(120_000)

const MINUTE = 60_000
const SECRET = 'b0b’s secret: 100 % + more'
const CLIENTS = [{ id: 'bob', name: 'Bob', redirectUris: [CLAUDE_CALLBACK], secret: SECRET }]
const SERVERS = [{ path: '/mcp' }, { path: '/other' }]

for (const store of STORES) {
  t.test(store, { skip: withoutStore(store) }, async t => {
    const gateway = await startGateway(t, {
      store,
      nodes: 2,
      oauth: { clients: CLIENTS },
      config: { servers: SERVERS },
    })
    const { node, clock } = gateway
    const [, second = node] = gateway.nodes

    t.test('N51: a code is refused at 61 s, and good at 59', async t => {
      const late = await obtainCode(gateway)
      const again = await obtainCode(gateway)
      clock.advance(59_000)
      t.equal((await redeem(node, again)).status, 200)
      clock.advance(2_000)
      refused(t, await redeem(node, late), 'at 61 s')
      refused(t, await redeem(second, late), 'on the other node')
      clock.advance(10 * MINUTE)
      refused(t, await redeem(node, late), 'when the store has forgotten it')
    })

    t.test('N51: trying a code does not make it live longer', async t => {
      const holder = await obtainCode(gateway)
      clock.advance(50_000)
      refused(t, await redeem(node, holder, { code_verifier: pkce().verifier }), 'a wrong verifier')
      refused(t, await redeem(node, holder, { resource: 'https://evil.example/mcp' }), '', 'invalid_target')
      clock.advance(10_000)
      refused(t, await redeem(node, holder), 'at 60 s')
    })

    t.test('N52: a code that comes again ends all that came of it, on every node', async t => {
      const connected = await connect(gateway)
      const bystander = await connect(gateway, { clientId: connected.clientId })
      const rotated = pairOf(await refresh(second, connected))
      for (const token of [connected.accessToken, rotated.accessToken])
        t.equal(await statusOf(second, token), 200)
      const reuses = countOf(gateway, 'reuse_detected')
      clock.advance(9 * MINUTE)
      refused(t, await redeem(node, connected), 'the code again, minutes later')
      t.equal(countOf(gateway, 'reuse_detected'), reuses + 1, 'it is on record')
      for (const door of gateway.nodes)
        for (const token of [connected.accessToken, rotated.accessToken])
          t.equal(await statusOf(door, token), 401)
      for (const { refreshToken } of [connected, rotated])
        refused(t, await refresh(node, { ...connected, refreshToken }), 'its refresh tokens')
      t.equal(await statusOf(node, bystander.accessToken), 200, 'another connection of both goes on')
      t.equal((await refresh(node, bystander)).status, 200)
    })

    t.test('N52: whoever can’t have redeemed it ends nothing by bringing it again', async t => {
      const connected = await connect(gateway)
      const { clientId } = await obtainCode(gateway)
      refused(t, await redeem(node, { ...connected, clientId }), 'another client, with the verifier')
      refused(t, await redeem(node, connected, { code_verifier: pkce().verifier }), 'without the verifier')
      refused(t, await redeem(node, connected, { code_verifier: undefined }), 'with none', 'invalid_request')
      refused(t, await redeem(node, connected, { redirect_uri: `${CLAUDE_CALLBACK}/` }), 'another redirect')
      t.equal(await statusOf(node, connected.accessToken), 200)
      t.equal((await refresh(node, connected)).status, 200)
    })

    t.test('N54: another client’s code is refused, and stays its own', async t => {
      const holder = await obtainCode(gateway)
      const clientId = await register(node)
      const { clientId: own } = holder
      const grant = { code: holder.code, code_verifier: holder.verifier, redirect_uri: CLAUDE_CALLBACK }
      refused(t, await redeem(node, { ...holder, clientId }), 'a public client')
      const proved = { client_id: 'bob', client_secret: SECRET }
      refused(t, await redeem(node, holder, proved), 'one that has proved who it is')
      const named = { client_id: own, client_secret: SECRET }
      refused(t, await redeem(node, holder, named), 'as the other, with its own secret', 'invalid_client')
      const basic = { authorization: `Basic ${btoa(`bob:${encodeURIComponent(SECRET)}`)}` }
      refused(
        t,
        await redeem(node, holder, {}, basic),
        'one in the header and one in the form',
        'invalid_request',
      )
      refused(t, await redeem(node, holder, { client_id: undefined }, basic), 'in the header')
      for (const client_id of [own.toUpperCase(), `${own} `, ` ${own}`, `${own}\0`, `client:${own}`]) {
        refused(t, await redeem(node, holder, { client_id }), JSON.stringify(client_id), 'invalid_client')
      }
      const nobody = await postForm(node, '/oauth/token', { grant_type: 'authorization_code', ...grant })
      refused(t, nobody, 'nobody', 'invalid_client')
      t.equal((await redeem(node, holder)).status, 200)
    })

    t.test('N54: what is not the code to the letter is none', async t => {
      const holder = await obtainCode(gateway)
      const { code } = holder
      const other = await connect(gateway)
      for (const changed of [
        `${code} `,
        ` ${code}`,
        `${code}\0`,
        `${code}\n`,
        `${code}=`,
        `${code}\u200b`,
        code.toUpperCase(),
        code.toLowerCase(),
        code.slice(0, -1),
        code.replace('_oac_', '_ort_'),
        code.replace('acme_oac_', ''),
        `code:${code}`,
        code.normalize('NFD').replace('a', 'а'),
        other.accessToken,
        other.refreshToken,
        other.code.slice(0, 20) + code.slice(20),
        '*',
        '__proto__',
        'x'.repeat(60_000),
      ]) {
        refused(t, await redeem(node, holder, { code: changed }), JSON.stringify(changed.slice(0, 60)))
      }
      refused(t, await redeem(node, holder, { code: '' }), 'none', 'invalid_request')
      refused(t, await refresh(node, { ...holder, refreshToken: code }), 'as a refresh token')
      t.equal(await statusOf(node, code), 401, 'as an access token')
      t.equal((await redeem(node, holder)).status, 200)
    })

    t.test('N55: another redirect is refused, though the client has it, and spends nothing', async t => {
      const callback = 'http://127.0.0.1:7001/callback'
      const also = 'http://127.0.0.1:7001/callback/other'
      const holder = await obtainCode(gateway, {
        metadata: { redirect_uris: [CLAUDE_CALLBACK, callback, also] },
        parameters: { redirect_uri: 'http://127.0.0.1:7002/callback' },
      })
      for (const redirect_uri of [
        callback,
        also,
        CLAUDE_CALLBACK,
        'http://127.0.0.1:7003/callback',
        'http://127.0.0.1/callback',
        'http://localhost:7002/callback',
        'http://[::1]:7002/callback',
        'https://127.0.0.1:7002/callback',
        'HTTP://127.0.0.1:7002/callback',
        'http://127.0.0.1:07002/callback',
        'http://2130706433:7002/callback',
        'http://127.0.0.1:7002/callback/',
        'http://127.0.0.1:7002/Callback',
        'http://127.0.0.1:7002/%63allback',
        'http://127.0.0.1:7002/x/../callback',
        'http://127.0.0.1:7002/callback?',
        'http://127.0.0.1:7002/callback#',
        'http://127.0.0.1:7002/callback ',
        'http://me@127.0.0.1:7002/callback',
      ]) {
        refused(t, await redeem(node, holder, { redirect_uri }), redirect_uri)
      }
      const same = { redirect_uri: 'http://127.0.0.1:7002/callback' }
      t.equal((await redeem(node, holder, same)).status, 200)
    })

    t.test('N56: a wrong verifier is refused, and spends nothing', async t => {
      const holder = await obtainCode(gateway)
      const { verifier } = holder
      const swapped = verifier.replace(/[a-z]/i, letter =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      )
      const challenge = await challengeOf(verifier)
      for (const code_verifier of [
        pkce().verifier,
        swapped,
        verifier.toUpperCase(),
        verifier.toLowerCase(),
        challenge,
        `${verifier} `,
        ` ${verifier}`,
        `${verifier}\0`,
        `${verifier}\n`,
        `${verifier}=`,
        verifier.slice(0, -1),
        verifier.slice(1),
        verifier.repeat(2),
        'x'.repeat(42),
        'x'.repeat(129),
        'x'.repeat(50_000),
        'undefined',
        '*'.repeat(43),
      ]) {
        refused(t, await redeem(node, holder, { code_verifier }), JSON.stringify(code_verifier.slice(0, 60)))
      }
      for (const code_verifier of [undefined, ''])
        refused(t, await redeem(node, holder, { code_verifier }), 'none', 'invalid_request')
      t.equal((await redeem(node, holder)).status, 200)
    })

    t.test('N57: where no challenge was sent there is no code for a verifier', async t => {
      const clientId = await register(node)
      const { verifier, challenge } = pkce()
      // Somebody has taken the challenge out of the address that the person opens.
      for (const parameters of [
        { code_challenge: undefined, code_challenge_method: undefined },
        { code_challenge: undefined },
        { code_challenge: '' },
        { code_challenge_method: undefined },
        { code_challenge_method: 'plain', code_challenge: verifier },
        { code_challenge_method: 's256' },
        { code_challenge: `${challenge}=` },
        { code_challenge: challenge.slice(1) },
      ]) {
        const name = JSON.stringify(parameters)
        const browser = node.browser()
        const url = authorizeUrl(clientId, challenge, parameters)
        const page = await browser.follow(await browser.open(url), isOwn)
        t.equal(page.forms.length, 0, `${name}: nothing to sign in to`)
        const back = new URL(page.location ?? '')
        t.equal(back.href.split('?')[0], CLAUDE_CALLBACK)
        t.match(back.searchParams.get('error'), 'invalid_request', name)
        t.equal(back.searchParams.get('code'), null, name)
      }
      const twice = `${authorizeUrl(clientId, challenge)}&code_challenge=${pkce().challenge}`
      const page = await node.browser().open(twice)
      t.equal(new URL(page.location ?? 'x:').searchParams.get('code'), null, 'two challenges')
      t.equal(page.forms.length, 0)
    })

    t.test('N57: a code’s challenge is the one that was approved, not one of a later request', async t => {
      const clientId = await register(node)
      const victim = pkce()
      const attacker = pkce()
      const browser = node.browser()
      const pat = gateway.product.credentials.pat(['*'])
      const approved = await signIn(browser, authorizeUrl(clientId, victim.challenge), pat)
      // In another tab of the same browser.
      await browser.follow(await browser.open(authorizeUrl(clientId, attacker.challenge)), isOwn)
      const form = approved.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'approve'))
      if (form === undefined) throw new Error('no consent page')
      const fields = { ...form.fields, code_challenge: attacker.challenge, code_challenge_method: 'S256' }
      const answer = await browser.submit(approved, form, { fields, button: 'decision=approve' })
      const code = new URL(answer.location ?? '').searchParams.get('code') ?? ''
      refused(t, await redeem(node, { clientId, code, ...attacker }), 'the attacker’s verifier')
      t.equal((await redeem(node, { clientId, code, ...victim })).status, 200)
    })
  })
}

async function challengeOf(verifier: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url')
}

function countOf({ written }: OAuthGateway, operation: string): number {
  return written().split(`"${operation}"`).length - 1
}

/** N16, N17: what one process of a fleet answered to be revoked, the other refuses with its very next request. */
import t from 'tap'
import { mintToken } from '../../../src/auth/mint-token.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { connect, type OAuthDoor, postForm, RESOURCE, STORES, withoutStore } from '../gateway.ts'
import { refresh, statusOf } from './token-requests.ts'
import { startTwoProcesses } from './two-processes.ts'

/** How often each way of revoking is shown. */
const ROUNDS = 3

type Changed = { readonly status: number; readonly body: Record<string, unknown> }

/** An administrator's token, made in the store itself as `postern token create` does. */
async function mintAdmin(file: string): Promise<string> {
  const store = await openStore(loadConfig(file, { env: {} }))
  const about = { name: 'admin', subject: 'admin', roles: ['operator'], scopes: ['*'] }
  const { token, record } = mintToken({ prefix: 'acme_pat_', ...about }, Date.now())
  await store.createToken(record)
  await store.close()
  return token
}

/** Asks the administration of one process. */
async function administer(
  { origin }: OAuthDoor,
  token: string,
  method: 'POST' | 'GET' | 'DELETE',
  path: string,
  body?: object,
): Promise<Changed> {
  const answer = await fetch(`${origin}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
}

for (const store of STORES)
  t.test(`a fleet of two processes (${store})`, { skip: withoutStore(store) }, async t => {
    const config = { admin: { role: 'operator' }, failedSignIns: false }
    const processes = await startTwoProcesses(t, { store, config })
    const { one, other } = processes
    const admin = await mintAdmin(processes.file)
    const ask = (method: 'POST' | 'GET' | 'DELETE', path: string, body?: object) =>
      administer(one, admin, method, path, body)

    /** Both know the token well before it ends. */
    const isGood = async (token: string) => {
      for (const door of [other, one, other]) t.equal(await statusOf(door, token), 200)
    }

    await t.test('N16: a revoked token fails the next request, at whichever process', async t => {
      for (let round = 0; round < ROUNDS; round++) {
        const access = await connect(processes)
        await isGood(access.accessToken)
        const form = { token: access.accessToken, client_id: access.clientId }
        t.equal((await postForm(one, '/oauth/revoke', form)).status, 200)
        t.equal(await statusOf(other, access.accessToken), 401, 'the access token')

        const whole = await connect(processes)
        await isGood(whole.accessToken)
        const end = { token: whole.refreshToken, client_id: whole.clientId }
        t.equal((await postForm(one, '/oauth/revoke', end)).status, 200)
        t.equal(await statusOf(other, whole.accessToken), 401, 'by its refresh token')
        t.equal((await refresh(other, whole)).status, 400, 'which is none any more either')

        const ended = await connect(processes, { node: other })
        await isGood(ended.accessToken)
        const { body } = await ask('GET', `/connections?client=${ended.clientId}`)
        const [connection] = body.connections as { id: string }[]
        t.equal((await ask('DELETE', `/connections/${connection?.id}`)).status, 204)
        t.equal(await statusOf(other, ended.accessToken), 401, 'by an administrator')
        t.equal((await refresh(other, ended)).status, 400)

        const reused = await connect(processes)
        const redeemed = { grant_type: 'authorization_code', code: reused.code, client_id: reused.clientId }
        await isGood(reused.accessToken)
        const again = await postForm(one, '/oauth/token', { ...redeemed, code_verifier: reused.verifier })
        t.equal(again.status, 400)
        t.equal(await statusOf(other, reused.accessToken), 401, 'by its code, used twice')

        const made = await ask('POST', '/tokens', { name: 'n', subject: 's', scopes: ['*'] })
        const minted = String(made.body.token)
        await isGood(minted)
        t.equal((await ask('DELETE', `/tokens/${made.body.id}`)).status, 204)
        t.equal(await statusOf(other, minted), 401, 'a minted one')
      }
    })

    await t.test(
      'N17: a disabled client’s live JWT fails the next request, at whichever process',
      async t => {
        for (let round = 0; round < ROUNDS; round++) {
          const made = await ask('POST', '/clients', { name: 'machine', scopes: ['*'] })
          t.equal(made.status, 201, JSON.stringify(made.body))
          const form = {
            ...{ grant_type: 'client_credentials', resource: RESOURCE },
            ...{ client_id: String(made.body.id), client_secret: String(made.body.secret) },
          }
          const [jwt, sibling] = await Promise.all(
            [other, one].map(async door =>
              String((await postForm(door, '/oauth/token', form)).body.access_token),
            ),
          )
          if (jwt === undefined || sibling === undefined) throw new Error('no token')
          t.match(jwt, /^[\w-]+\.[\w-]+\.[\w-]+$/)
          await isGood(jwt)
          await isGood(sibling)
          t.equal((await ask('DELETE', `/clients/${made.body.id}`)).status, 204)
          for (const token of [jwt, sibling]) t.equal(await statusOf(other, token), 401)
          const late = await postForm(other, '/oauth/token', form)
          t.match(late, { status: 401, body: { error: 'invalid_client' } }, 'and there are no new ones')
        }
        const person = await connect(processes)
        await isGood(person.accessToken)
        const word = await ask('POST', '/revocations', { kind: 'client', value: person.clientId })
        t.equal(word.status, 201, JSON.stringify(word.body))
        t.equal(
          await statusOf(other, person.accessToken),
          401,
          'so it is with a client that people connected',
        )
        t.not((await refresh(other, person)).status, 200)
      },
    )

    await t.test(
      'N16: while one process revokes, no request of the other that starts later gets in',
      async t => {
        for (let round = 0; round < ROUNDS; round++) {
          const { accessToken, clientId } = await connect(processes)
          await isGood(accessToken)
          let isAnswered = false
          const late: number[] = []
          const keepAsking = async () => {
            for (let more = 3; more > 0; ) {
              const isLate = isAnswered
              const status = await statusOf(other, accessToken)
              if (!isLate) continue
              late.push(status)
              more--
            }
          }
          const asking = Promise.all(Array.from({ length: 8 }, keepAsking))
          await postForm(one, '/oauth/revoke', { token: accessToken, client_id: clientId })
          isAnswered = true
          await asking
          t.strictSame(late, Array(24).fill(401))
        }
      },
    )
  })

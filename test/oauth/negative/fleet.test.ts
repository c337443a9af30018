/** What ends at one process, or by the command line in a third, has ended at the next request of the other: N16, N17. */
import t from 'tap'
import { runPostern } from '../../cli/run-postern.ts'
import { connect, type OAuthDoor, postForm, RESOURCE, STORES, withoutStore } from '../gateway.ts'
import { refused } from './refused.ts'
import { pairOf, redeem, refresh, statusOf } from './token-requests.ts'
import { startTwoProcesses } from './two-processes.ts'

t.setTimeout(120_000)

for (const store of STORES) {
  t.test(`over two processes (${store})`, { skip: withoutStore(store) }, async t => {
    const processes = await startTwoProcesses(t, { store })
    const { one, other, file } = processes
    const run = (...args: string[]) => runPostern(['--config', file, ...args])

    t.test('N16: a token revoked at one process is refused at the other’s next request', async t => {
      for (let round = 0; round < 6; round++) {
        const [at, elsewhere] = round % 2 === 0 ? [one, other] : [other, one]
        const connected = await connect(processes)
        const { clientId: client_id, accessToken, refreshToken } = connected
        const second = pairOf(await refresh(at, connected))
        // Both processes know it by now, and have it in memory.
        for (const door of [at, elsewhere]) t.equal(await statusOf(door, accessToken), 200)
        t.equal((await postForm(at, '/oauth/revoke', { token: accessToken, client_id })).status, 200)
        t.equal(await statusOf(elsewhere, accessToken), 401)
        t.equal(await statusOf(elsewhere, second.accessToken), 200)
        t.equal((await postForm(at, '/oauth/revoke', { token: refreshToken, client_id })).status, 200)
        t.equal(await statusOf(elsewhere, second.accessToken), 401)
        refused(t, await refresh(elsewhere, { ...connected, ...second }), 'a refresh')
      }
    })

    t.test('N16: a connection that was ended is not brought back by lifting the revocation', async t => {
      const connected = await connect(processes)
      const [id = ''] = /gra_[\w-]+/.exec(run('connection', 'list', '--json').stdout) ?? []
      t.equal(await statusOf(other, connected.accessToken), 200)
      t.match(run('connection', 'revoke', id), { status: 0 })
      for (const door of [one, other]) t.equal(await statusOf(door, connected.accessToken), 401)
      t.match(run('revocation', 'lift', '--credential', id), { status: 1, stderr: /for good/ })
      for (const door of [one, other]) {
        t.equal(await statusOf(door, connected.accessToken), 401)
        refused(t, await refresh(door, connected), 'a refresh')
        refused(t, await redeem(door, connected), 'the code')
      }
    })

    t.test('N17: a disabled client’s live JWT is refused at the next request, everywhere', async t => {
      const { stdout } = run('client', 'create', '--name', 'Nightly', '--scope', 'read:*')
      const { client_id = '', client_secret = '' } = Object.fromEntries(
        stdout.split('\n').map(line => line.split('=', 2)),
      )
      const form = { grant_type: 'client_credentials', client_id, client_secret, resource: RESOURCE }
      const ask = (door: OAuthDoor) => postForm(door, '/oauth/token', form)
      const tokens = [(await ask(one)).body.access_token, (await ask(other)).body.access_token]
      for (const door of [one, other]) for (const token of tokens) t.equal(await statusOf(door, token), 200)
      t.match(run('client', 'revoke', client_id), { status: 0 })
      for (const door of [other, one]) {
        for (const token of tokens) t.equal(await statusOf(door, token), 401)
        refused(t, await ask(door), 'and it gets no more', 'invalid_client')
      }
    })
  })
}

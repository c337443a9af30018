/**
 * Two processes on one store. What ends at one, or by the command line in a third, has ended at the next request of the
 * other (N16, N17); of many who come to both at once with what is good once, one is served (N53, N59, N65, N81).
 */
import t from 'tap'
import { runPostern } from '../../cli/run-postern.ts'
import { connect, type OAuthDoor, obtainCode, postForm, RESOURCE, STORES, withoutStore } from '../gateway.ts'
import { assertionOf, exchange, startProviders } from './id-jag.ts'
import { refused } from './refused.ts'
import { pairOf, redeem, refresh, statusOf } from './token-requests.ts'
import { inParallel, startTwoProcesses } from './two-processes.ts'

t.setTimeout(120_000)

for (const store of STORES) {
  t.test(`over two processes (${store})`, { skip: withoutStore(store) }, async t => {
    const { acme, oauth } = await startProviders(t)
    // The grace is this long only so that it does not depend on how fast this machine is.
    const processes = await startTwoProcesses(t, {
      store,
      oauth: { ...oauth, refreshGrace: '60s' },
      config: { failedSignIns: false },
    })
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

    t.test('N53: of 50 who redeem a code at once, one gets tokens', async t => {
      for (let round = 0; round < 3; round++) {
        const holder = await obtainCode(processes)
        const answers = await inParallel(processes, 50, door => redeem(door, holder))
        const given = answers.filter(({ status }) => status === 200)
        t.equal(given.length, 1)
        const others = answers.filter(({ status }) => status !== 200)
        t.same(
          new Set(others.map(({ status, body }) => `${status} ${body.error}`)),
          new Set(['400 invalid_grant']),
        )
        const [winner] = given
        if (winner === undefined) return
        const { accessToken, refreshToken } = pairOf(winner)
        for (const door of [processes.one, processes.other]) {
          t.equal(await statusOf(door, accessToken), 401, 'nobody can tell whose it is: it ends')
          refused(t, await refresh(door, { ...holder, refreshToken }), 'and so does its refresh token')
        }
      }
    })

    t.test('N59: 50 who refresh at once are all served', async t => {
      const connected = await connect(processes)
      const answers = await inParallel(processes, 50, door => refresh(door, connected))
      t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
      const pairs = answers.map(pairOf)
      t.equal(new Set(pairs.map(({ refreshToken }) => refreshToken)).size, 50)
      t.equal(new Set(pairs.map(({ accessToken }) => accessToken)).size, 50)
      const statuses = await inParallel(processes, 50, (door, number) =>
        statusOf(door, pairs[number]?.accessToken),
      )
      t.same(new Set(statuses), new Set([200]))
      const [first = connected, ...others] = pairs
      t.equal(
        (await refresh(other, { ...connected, ...first })).status,
        200,
        'a pair of one process is good at the other',
      )

      const { clientId } = connected
      const revoked = await postForm(one, '/oauth/revoke', {
        token: others.at(-1)?.refreshToken,
        client_id: clientId,
      })
      t.equal(revoked.status, 200)
      const after = await inParallel(processes, 50, (door, number) =>
        statusOf(door, pairs[number]?.accessToken),
      )
      t.same(new Set(after), new Set([401]), 'and one of them ends all, on both')
      const refreshed = await inParallel(processes, 10, (door, number) =>
        refresh(door, { clientId, ...(pairs[number] ?? first) }),
      )
      t.same(new Set(refreshed.map(({ body }) => body.error)), new Set(['invalid_grant']))
    })

    t.test('N81: of 50 with one assertion at once, one gets a token', async t => {
      for (let round = 0; round < 3; round++) {
        const assertion = assertionOf(acme, Date.now())
        // Every fifth is brought by somebody who has no right to it.
        const answers = await inParallel(processes, 50, (door, number) =>
          exchange(door, assertion, {}, number % 5 === 0 ? 'bob' : 'alice'),
        )
        const counts = new Map<string, number>()
        for (const { status, body } of answers) {
          const what = status === 200 ? 'given' : `${status} ${body.error}`
          counts.set(what, (counts.get(what) ?? 0) + 1)
        }
        t.strictSame(Object.fromEntries(counts), { given: 1, '400 invalid_grant': 49 })
        const token = answers.find(({ status }) => status === 200)?.body.access_token
        for (const door of [processes.one, processes.other]) t.equal(await statusOf(door, token), 200)
      }
    })
  })

  t.test(
    `N65: two processes agree about one refresh token (${store})`,
    { skip: withoutStore(store) },
    async t => {
      const processes = await startTwoProcesses(t, { store, oauth: { refreshGrace: 0 } })
      const { one, other } = processes
      const connected = await connect(processes)
      const next = { ...connected, ...pairOf(await refresh(one, connected)) }
      t.equal(await statusOf(other, next.accessToken), 200)
      const last = { ...connected, ...pairOf(await refresh(other, next)) }
      t.equal(await statusOf(one, last.accessToken), 200)
      refused(t, await refresh(other, connected), 'what one has taken, the other knows as used')
      for (const door of [one, other]) {
        for (const { accessToken } of [connected, next, last]) t.equal(await statusOf(door, accessToken), 401)
        refused(t, await refresh(door, last), 'the newest')
      }

      for (let round = 0; round < 3; round++) {
        const raced = await connect(processes)
        const answers = await inParallel(processes, 50, door => refresh(door, raced))
        const given = answers.filter(({ status }) => status === 200)
        t.equal(given.length, 1, 'without grace, of 50 at once one is served')
        const others = answers.filter(({ status }) => status !== 200)
        t.same(
          new Set(others.map(({ status, body }) => `${status} ${body.error}`)),
          new Set(['400 invalid_grant']),
        )
        const tokens = [raced.accessToken, ...given.map(answer => pairOf(answer).accessToken)]
        for (const door of [one, other]) for (const token of tokens) t.equal(await statusOf(door, token), 401)
      }
    },
  )
}

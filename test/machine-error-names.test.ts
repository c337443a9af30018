/** A machine whose client was revoked is told so by the product's own code, while its token is signed well and unexpired. */
import t from 'tap'
import { createClientSecrets } from '../src/oauth/clients/client-secret.ts'
import { createMachine, revokeMachine } from '../src/oauth/clients/machines.ts'
import { connect, listTools, postForm, RESOURCE, startGateway } from './oauth/gateway.ts'

const ERRORS = {
  missing_token: 'mcp.token_required',
  invalid_token: 'mcp.invalid_token',
  revoked: 'mcp.client_revoked',
}

t.test('machine tokens, and the connections of people', async t => {
  const gateway = await startGateway(t, { config: { errors: ERRORS } })
  const { node, clock } = gateway
  const { store } = node.app
  const dataOf = async (token: string) => {
    const body = (await (await listTools(node, token)).json()) as { error?: { data: object } }
    return body.error?.data
  }
  const needs = { store, secrets: createClientSecrets(), prefix: 'acme_', now: clock.now() }
  const { machine, secret = '' } = await createMachine({ name: 'nightly', scopes: ['*'] }, needs)
  const form = {
    ...{ grant_type: 'client_credentials', resource: RESOURCE },
    ...{ client_id: machine.id, client_secret: secret },
  }
  const token = String((await postForm(node, '/oauth/token', form)).body.access_token)
  t.equal(await dataOf(token), undefined)
  const forged = `${token.slice(0, -8)}AAAAAAAA`
  t.match(await dataOf(forged), { code: 'mcp.invalid_token', reason: 'invalid_token' })
  await revokeMachine(store, machine.id, clock.now())
  t.match(await dataOf(token), { code: 'mcp.client_revoked', reason: 'revoked' })
  t.match(await dataOf(forged), { code: 'mcp.invalid_token' }, 'only who has a good token learns that')
  const late = await postForm(node, '/oauth/token', form)
  t.match(late, { status: 401, body: { error: 'invalid_client' } }, 'RFC 6749 says what that is called')

  const person = await connect(gateway)
  t.equal(await dataOf(person.accessToken), undefined)
  const word = { at: clock.now(), until: undefined, reason: undefined, value: person.clientId }
  await store.revoke({ kind: 'client', recheck: true, ...word })
  t.match(
    await dataOf(person.accessToken),
    { code: 'mcp.invalid_token', reason: 'invalid_token' },
    'a recheck ends nothing',
  )
  await store.revoke({ kind: 'client', recheck: false, ...word })
  t.match(await dataOf(person.accessToken), { code: 'mcp.client_revoked', reason: 'revoked' })
})

/**
 * Gemini CLI connects by OAuth. `/mcp auth` can be typed in a session only, so the settings ask for the same: then it
 * signs in as soon as a session begins. The session itself has no model to talk to and ends with an error.
 */
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { withoutClient } from './installed-client.ts'
import { clientsGateway } from './oauth-gateway.ts'
import { type RealClient, realClient } from './real-client.ts'
import { withoutTerminal } from './run-in-terminal.ts'

const skip = withoutClient('gemini-cli') || withoutTerminal()

/** A model that answers nothing. */
async function startModel(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end('{"error":{"code":400,"message":"no model here","status":"INVALID_ARGUMENT"}}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

async function start(t: Test, url: string): Promise<RealClient> {
  const model = { GOOGLE_GEMINI_BASE_URL: await startModel(t), GEMINI_API_KEY: 'none' }
  const gemini = realClient(t, 'gemini-cli', model)
  const settings = {
    mcpServers: { acme: { httpUrl: url, oauth: { enabled: true } } },
    privacy: { usageStatisticsEnabled: false },
    security: { auth: { selectedType: 'gemini-api-key' } },
  }
  gemini.write('.gemini/settings.json', JSON.stringify(settings))
  return gemini
}

const session = (gemini: RealClient) =>
  gemini.runInTerminal(
    ['--prompt', 'hello', '--yolo'],
    [{ to: /Do you want to continue\? \[Y\/n\]/, text: 'Y' }],
  )

t.test('it signs in when a session begins, and stays connected', { skip }, async t => {
  const gateway = await clientsGateway(t)
  const gemini = await start(t, gateway.url)
  const seat = await gateway.seat(t, gemini)
  const begun = await session(gemini)
  await seat.done()
  t.match(begun.stdout, 'Opening your browser for OAuth sign-in')
  t.match(seat.driven, [
    { titles: [/Sign in/, /Allow Gemini CLI/], redirect: { pathname: '/oauth/callback' } },
  ])
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, `✓ acme: ${gateway.url} (http) - Connected`)
  await gateway.endConnections()
  const ended = await gemini.run('mcp', 'list')
  t.match(ended.stdout + ended.stderr, '✗ acme')
})

t.test('it gets the next token by itself, twice at once with the same refresh token', { skip }, async t => {
  const gateway = await clientsGateway(t, { accessToken: '60s' })
  const gemini = await start(t, gateway.url)
  const seat = await gateway.seat(t, gemini)
  await session(gemini)
  await seat.done()
  const before = gateway.audit().length
  const list = await gemini.run('mcp', 'list')
  t.match(list.stdout + list.stderr, '✓ acme')
  const issued = gateway.audit().slice(before)
  t.ok(issued.length > 0)
  for (const { operation } of issued) t.equal(operation, 'token_issued')
})

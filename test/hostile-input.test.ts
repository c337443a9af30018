/**
 * Whatever callers send, 100,000 times and more: the gateway answers, and what reaches the backend is one of its
 * operations, with the caller's own organisation and the gateway's own credential. The checks in
 * `hostile-input/check-*.ts` say exactly what holds.
 *
 * HOSTILE_RUNS lowers the number of cases (in thousands) for the inner loop; HOSTILE_SEED takes other cases.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { ERRORS, PosternError } from '../src/errors.ts'
import { checkAnswer, checkRpcAnswer, checkText, FAILURES } from './hostile-input/check-answer.ts'
import { checkBackendRequest, checkBound, checkVerification } from './hostile-input/check-backend-request.ts'
import { checkValues } from './hostile-input/check-values.ts'
import { type Caller, LANES, PASSWORD, startGateway } from './hostile-input/gateway.ts'
import { hostileValues } from './hostile-input/hostile-values.ts'
import { type HttpRequest, httpBytes } from './hostile-input/http-request.ts'
import { type Operation, SERVED } from './hostile-input/operations.ts'
import { hostilePlain, inLane } from './hostile-input/plain-requests.ts'
import { RawClient } from './hostile-input/raw-client.ts'
import { PAIR } from './hostile-input/recording-backend.ts'
import { envelope, hostileRpc } from './hostile-input/rpc-requests.ts'
import { Tally } from './hostile-input/tally.ts'
import { hostileCalls } from './hostile-input/tool-calls.ts'

const SCALE = Math.min(Number(process.env.HOSTILE_RUNS ?? 120), 120) / 120
const SEED = Number(process.env.HOSTILE_SEED ?? 20_260_728)
/** What the gateway, this test and its records may keep at the end beyond what they kept after the first part. */
const MOST_GROWTH = 96 * 1_048_576
/** How long a failing example is made smaller. */
const PATIENCE_MS = 10_000
t.setTimeout(600_000)

const crashes: unknown[] = []
process.on('unhandledRejection', error => crashes.push(error))
process.on('uncaughtExceptionMonitor', error => crashes.push(error))

const gateway = await startGateway(t)
const { app, backend, callers, secrets } = gateway
const host = `127.0.0.1:${gateway.port}`
const hidden = { secrets, backend: new URL(backend.origin).host }
const everybody = [...callers, gateway.limited, gateway.pair]
const expectation = { host: hidden.backend, secrets: everybody.map(caller => caller.token) }
const values = hostileValues(backend.decoy)
const calls = hostileCalls(app.catalogue.byName, values)
const lanes = callers.map(caller => ({ caller, client: new RawClient(gateway.port) }))
t.teardown(() => lanes.forEach(lane => void lane.client.close()))
/** What the pass-through lets through of a client's headers, besides those of every request. */
const PASSED_THROUGH = new Set(
  (
    'accept-language cache-control idempotency-key if-match if-modified-since if-none-match if-range ' +
    'if-unmodified-since prefer range traceparent tracestate user-agent content-encoding content-language'
  ).split(' '),
)

let cases = 0
let heapAtFirst = 0

t.test('argument sets, one after the other, past HTTP', async t => {
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const tally = new Tally()
  await assertAll(calls, 1, 35_000, async ([call]) => {
    if (call === undefined) return
    const caller = at(callers, tally.cases++ % callers.length)
    try {
      const result = await door.callTool({
        server: door.server,
        caller: caller.authenticated,
        name: call.tool,
        arguments: JSON.parse(call.json),
        signal: new AbortController().signal,
        requestId: 'direct',
        protocolVersion: '2026-07-28',
        client: undefined,
        remoteAddress: undefined,
      })
      checkText(JSON.stringify(result), hidden)
    } catch (error) {
      if (!(error instanceof PosternError) || error.code !== 'access_denied') throw error
    }
    const requests = backend.take()
    if (requests.length > 1) throw new Error(`${requests.length} requests`)
    for (const request of requests) {
      tally.sent++
      const reached = checkBackendRequest(request, expectation)
      if (reached !== call.operation) throw new Error(`${call.operation.id} reached ${reached.id}`)
      checkBound(request, reached, [caller])
      checkValues(request, reached, JSON.parse(call.json))
    }
  })
  cases += tally.report(t, 0.3)
  heapAtFirst = heapUsed()
})

t.test('argument sets over HTTP, sixteen callers at a time', async t => {
  const tally = new Tally()
  const arbitrary = fc.record({ call: calls, era: fc.constantFrom('modern' as const, 'legacy' as const) })
  await assertAll(arbitrary, LANES, 30_000, async batch => {
    const called = new Map<Operation, Caller[]>()
    await Promise.all(
      batch.map(async ({ call, era }, index) => {
        const { caller, client } = at(lanes, index)
        tally.cases++
        called.set(call.operation, [...(called.get(call.operation) ?? []), caller])
        const answer = await client.send(httpBytes(envelope(call, era, index), host, bearer(caller)))
        if (answer === undefined) throw new Error('no answer')
        checkRpcAnswer(answer.status, answer.body, hidden)
      }),
    )
    const seen = new Map<Operation, number>()
    for (const request of backend.take()) {
      tally.sent++
      const reached = checkBackendRequest(request, expectation)
      const by = called.get(reached) ?? []
      const count = (seen.get(reached) ?? 0) + 1
      seen.set(reached, count)
      if (count > by.length) throw new Error(`${count} requests of ${by.length} calls of ${reached.id}`)
      checkBound(request, reached, by)
    }
  })
  cases += tally.report(t, 0.3)
})

t.test('JSON-RPC messages, envelopes, headers and bytes', async t => {
  const tally = new Tally()
  await assertAll(hostileRpc(calls, values, backend.decoy), LANES, 40_000, async batch => {
    await Promise.all(batch.map(sendHostile))
    tally.cases += batch.length
    for (const request of backend.take()) {
      tally.sent++
      checkBound(request, checkBackendRequest(request, expectation), everybody)
    }
  })
  cases += tally.report(t, 0.05)
})

t.test('plain requests to the pass-through', async t => {
  const tally = new Tally()
  const expected = { ...expectation, moreHeaders: PASSED_THROUGH, isPlain: true }
  await assertAll(hostilePlain(values, backend.decoy), LANES, 15_000, async batch => {
    const requests = batch.map((request, index) => inLane(request, at(callers, index).organization ?? ''))
    await Promise.all(requests.map(sendHostile))
    tally.cases += batch.length
    for (const request of backend.take()) {
      tally.sent++
      checkBound(request, checkBackendRequest(request, expected), everybody)
    }
  })
  cases += tally.report(t, 0.05)
})

t.test('what holds after all of it', async t => {
  const growth = heapUsed() - heapAtFirst
  t.comment(`${cases} cases, seed ${SEED}; the heap grew by ${Math.round(growth / 1_048_576)} MB`)
  t.ok(growth < MOST_GROWTH, 'memory has not grown without bound')
  t.ok(cases >= 100_000 * SCALE, `${cases} cases`)
  t.strictSame(crashes, [], 'nothing was thrown into the void')
  t.equal(backend.strays(), 0, 'nobody talked to another origin')
  t.strictSame(backend.malformed, [], 'the backend got nothing but HTTP')
  t.equal('polluted' in {}, false, 'no prototype was touched')
  for (const request of gateway.verifications) checkVerification(request)
  t.ok(gateway.verifications.length > 0, `${gateway.verifications.length} header pairs were verified`)
  const told = gateway.log.filter(
    line => /unexpected/.test(line) || secrets.some(text => line.includes(text)),
  )
  t.strictSame(told.slice(0, 3), [], 'the log has neither unexpected errors nor secrets')
  const lines = gateway.readAudit().trim().split('\n')
  t.comment(`${lines.length} audit records, ${gateway.log.length} warnings`)
  t.strictSame(
    lines.filter(isBadRecord).slice(0, 3),
    [],
    'the audit has neither failures of ours nor secrets',
  )

  const { caller, client } = at(lanes, 0)
  const call = { operation: at(SERVED, 0), tool: 'hostile_getPlain', json: '{"id":"good"}' }
  const answer = await client.send(httpBytes(envelope(call, 'modern', 1), host, bearer(caller)))
  t.equal(answer?.status, 200, 'a good call is served as before')
  t.match(JSON.parse(answer?.body ?? ''), { id: 1, result: { isError: false } })
  t.equal(backend.take()[0]?.url, '/base/v1/plain/good')
})

/** Sends a request in its lane. What is no HTTP may end a connection that is in use; on a fresh one it is answered. */
async function sendHostile(request: HttpRequest, lane: number): Promise<void> {
  const { caller, client } = at(lanes, lane)
  const bytes = httpBytes(request, host, credentialHeaders(request, caller))
  if (request.framing === 'short') {
    await client.abandon(bytes)
    return
  }
  let answer = await client.send(bytes, request.method)
  if (answer === undefined && request.method !== 'CONNECT') {
    answer = await client.send(bytes, request.method)
    if (answer === undefined) throw new Error(`no answer to ${bytes.toString().slice(0, 3000)}`)
  }
  if (answer !== undefined && !answer.isStream) checkAnswer(answer.status, answer.body, hidden)
}

function credentialHeaders(
  { credential }: HttpRequest,
  caller: Caller,
): readonly (readonly [string, string])[] {
  switch (credential.kind) {
    case 'own':
      return bearer(caller)
    case 'limited':
      return bearer(gateway.limited)
    case 'pair':
      return [
        ['Email', PAIR.email],
        ['Token', PAIR.token],
      ]
    case 'none':
      return []
    case 'texts':
      return credential.headers
  }
}

function bearer({ token }: Caller): readonly (readonly [string, string])[] {
  return [['Authorization', `Bearer ${token}`]]
}

/** Checks a predicate with at least `count` cases, `together` at a time; the same ones in every run. */
async function assertAll<T>(
  arbitrary: fc.Arbitrary<T>,
  together: number,
  count: number,
  predicate: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  const batch = fc.array(arbitrary, { minLength: together, maxLength: together })
  const numRuns = Math.ceil((count * SCALE) / together)
  let failedAt = Number.POSITIVE_INFINITY
  const property = fc.asyncProperty(batch, async sent => {
    // A smaller example is looked for, but not for ever.
    if (performance.now() > failedAt + PATIENCE_MS) return
    try {
      await predicate(sent)
    } catch (error) {
      failedAt = Math.min(failedAt, performance.now())
      backend.take()
      throw error
    }
  })
  await fc.assert(property, { numRuns, seed: SEED, includeErrorInReport: true })
}

function isBadRecord(line: string): boolean {
  if ([...secrets, PASSWORD].some(secret => line.includes(secret))) return true
  const { event, code = 'cancelled' } = JSON.parse(line)
  return typeof event !== 'string' || !Object.hasOwn(ERRORS, code) || FAILURES.test(code)
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index]
  if (value === undefined) throw new Error(`nothing at ${index}`)
  return value
}

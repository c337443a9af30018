/**
 * Postern's promise: once a revocation was answered, no node of a fleet accepts the credential for any request that
 * starts afterwards. Three processes, one Redis, other callers' load all the while; what nobody revoked goes on.
 */
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { startRedis, withoutRedis } from '../store/start-redis.ts'
import { describe, isAccepted, startBackground } from './background.ts'
import { openDesk } from './desk.ts'
import { type Caller, markerOf, productCredential } from './product.ts'
import { CASES, type RevocationCase } from './revocation-cases.ts'
import { startFleet, surroundings } from './start-fleet.ts'

/** Rounds that run at the same time, and calls of others at a time. */
const LANES = 4
const LOAD = 6

t.setTimeout(420_000)

t.test('what was revoked is refused by the next request on every node', { skip: withoutRedis() }, async t => {
  const around = await surroundings(t)
  const { url } = await startRedis(t)
  const nodes = await startFleet(t, around, { redisUrl: url })
  const desk = await openDesk(around, url)
  const seed = randomBytes(4).toString('hex')
  const nodeOf = (number: number) => {
    const node = nodes[number % nodes.length]
    if (node === undefined) throw new Error('no node')
    return node
  }
  const innocents = await Promise.all(
    [0, 1, 2].flatMap(number => {
      const caller = { subject: `innocent-${number}`, organization: 'org-innocent' }
      return [
        desk.mint(nodeOf(number), caller).then(({ token }) => ({ ...caller, credential: token })),
        { ...caller, credential: desk.sign(caller, { client_id: 'innocent-client' }) },
        { ...caller, credential: productCredential(caller, 1) },
      ]
    }),
  )
  const background = startBackground(nodes, innocents, LOAD)

  async function round(revocationCase: RevocationCase, number: number): Promise<readonly string[]> {
    const id = `${CASES.indexOf(revocationCase)}-${seed}-${number}`
    const { revoked, spared, revoke } = await revocationCase.prepare({
      desk,
      node: nodeOf(number),
      product: around.product,
      id,
    })
    const all = [...revoked, ...spared]
    const problems: string[] = []

    async function callAll(
      callers: readonly (Caller & { credential: string })[],
      when: string,
      good: boolean,
    ) {
      const calls = callers.flatMap(caller => nodes.map(node => ({ caller, node })))
      await Promise.all(
        calls.map(async ({ caller, node }, index) => {
          const marker = markerOf(caller, `${when}-${id}-${index}`)
          const answer = await node.call(caller.credential, 'get_note', { marker })
          const isRight = good
            ? isAccepted(answer)
            : answer.status === 401 && around.product.arrived(marker) === 0
          if (isRight) return
          const what = good
            ? 'refused'
            : isAccepted(answer) || around.product.arrived(marker)
              ? 'ACCEPTED'
              : 'wrong answer'
          const kind = caller.credential.slice(0, 10)
          problems.push(`${what} ${when}: round ${id}, node ${node.number}, ${kind}…: ${describe(answer)}`)
        }),
      )
    }

    await callAll(all, 'before', true)
    await revoke()
    await Promise.all([callAll(revoked, 'revoked', false), callAll(spared, 'spared', true)])
    return problems
  }

  for (const revocationCase of CASES) {
    await t.test(`${revocationCase.rounds} rounds: ${revocationCase.name}`, async t => {
      const began = performance.now()
      const problems: string[] = []
      const answeredBefore = background.answered()
      let next = 0
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          while (next < revocationCase.rounds) problems.push(...(await round(revocationCase, next++)))
        }),
      )
      t.comment(`${Math.round((performance.now() - began) / 1_000)} s, load ${background.answered()} so far`)
      t.strictSame(problems.slice(0, 20), [], `seed ${seed}`)
      const load = background.answered() - answeredBefore
      t.ok(load > revocationCase.rounds / 4, `others made ${load} calls meanwhile`)
    })
  }

  await background.stop()
  t.strictSame(background.failures.slice(0, 20), [], 'nobody else noticed')
  t.ok(background.answered() > 1_000, `load: ${background.answered()} calls`)
  t.strictSame(around.product.crossings, [])
  const ids = nodes.map(node => new Set(node.audit().map(({ credential }) => credential)))
  for (const credential of [productCredential({ subject: 'innocent-0', organization: 'org-innocent' }, 1)]) {
    for (const known of ids) t.ok(known.has(desk.idOf(credential)), 'one id on all nodes')
  }
})

/**
 * Nobody ever gets, or causes, what is another's: twenty callers of five organisations, mixed calls over three nodes,
 * and a product that says in each answer whom it believes to have been asked by.
 */
import { createHash, randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { startRedis, withoutRedis } from '../store/start-redis.ts'
import { describe } from './background.ts'
import { type Desk, openDesk } from './desk.ts'
import type { Answer } from './node-client.ts'
import { type Caller, markerOf, ORGANIZATIONS, type Product, productCredential } from './product.ts'
import { type FleetNode, startFleet, surroundings } from './start-fleet.ts'

const CALLERS = 20
const CALLS = 50_000
const AT_ONCE = 24

t.setTimeout(420_000)

interface Member extends Caller {
  readonly credential: string
  readonly scheme: string
}

t.test(`${CALLS} mixed calls of ${CALLERS} callers: no crossing`, { skip: withoutRedis() }, async t => {
  const around = await surroundings(t)
  const { url } = await startRedis(t)
  const nodes = await startFleet(t, around, { redisUrl: url })
  const desk = await openDesk(around, url)
  const members = await Promise.all(Array.from({ length: CALLERS }, (_, i) => makeMember(desk, nodes, i)))
  const seed = randomBytes(4).toString('hex')
  const crossings: string[] = []
  const counts = new Map<string, number>()
  let next = 0

  async function keepCalling(): Promise<void> {
    while (next < CALLS) {
      const number = next++
      const dice = createHash('sha1').update(`${seed}-${number}`).digest()
      const pick = <T>(list: readonly T[], at: number): T => list[dice.readUInt16LE(at) % list.length] as T
      const turn = { member: pick(members, 0), node: pick(nodes, 2), kind: pick(KINDS, 4), number }
      counts.set(turn.kind, (counts.get(turn.kind) ?? 0) + 1)
      const problem = await callAndCheck(turn, dice.readUInt8(6))
      if (problem === undefined) continue
      const { member, node, kind } = turn
      crossings.push(
        `seed ${seed}, call ${number} (${kind}) of ${member.subject}, ${member.scheme}, node ${node.number}: ${problem}`,
      )
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, keepCalling))
  t.comment([...counts].map(([kind, count]) => `${kind}: ${count}`).join(', '))
  t.strictSame(crossings.slice(0, 10), [], `seed ${seed}`)
  t.strictSame(around.product.crossings.slice(0, 10), [], 'nor at the product')
  t.equal(
    [...counts.values()].reduce((sum, count) => sum + count),
    CALLS,
  )
  t.equal(counts.size, new Set(KINDS).size, 'every kind of call was made')
  checkAudits(t, nodes, members)
  t.ok(around.product.calls() > CALLS / 2, `${around.product.calls()} calls reached the product`)
})

t.test('the product notices a crossing', { skip: withoutRedis() }, async t => {
  const { product } = await surroundings(t)
  await sendAs(product, { subject: 'ada', organization: 'org1' }, '/orgs/org1/notes/bob~org1~1')
  await sendAs(product, { subject: 'ada', organization: 'org1' }, '/orgs/org2/notes/ada~org1~1')
  t.equal(product.crossings.length, 2)
})

/** What is done, some more often than others. */
const KINDS = [
  'get',
  'get',
  'get',
  'add',
  'add',
  'error',
  'cancelled',
  'list',
  'modern',
  'foreign',
  'bound',
] as const

interface Turn {
  readonly member: Member
  readonly node: FleetNode
  readonly kind: (typeof KINDS)[number]
  readonly number: number
}

/** What is wrong with the answer, in words; undefined if it is the caller's own. */
async function callAndCheck({ member, node, kind, number }: Turn, dice: number): Promise<string | undefined> {
  const { credential, organization } = member
  const marker = markerOf(member, number)
  const id = `${marker}-id`
  const own = { marker, caller: markerOf(member, ''), organization }
  const call = (name: string, args: object, options = {}) =>
    node.call(credential, name, args, { id, ...options })
  switch (kind) {
    case 'get':
      return check(await call('get_note', { marker }), id, own)
    case 'modern':
      return check(await call('get_note', { marker }, { isModern: true }), id, own)
    case 'add':
      return check(await call('add_note', { body: { marker } }), id, own)
    case 'error':
      return checkError(await call('get_broken', { marker }), id, own)
    case 'cancelled':
      return cancel(call, marker, dice)
    case 'list':
      return checkList(await node.send(credential, 'tools/list', {}, { id }), id, organization)
    case 'foreign':
      return checkForeign(await call(`only_${otherThan(organization)}`, { marker }), id)
    case 'bound':
      // The organisation is nothing that a caller can say.
      return checkBound(await call('get_note', { marker, org: otherThan(organization) }), id, own)
  }
}

function check(answer: Answer, id: string, own: object): string | undefined {
  const { body } = answer
  if (answer.status !== 200 || body.id !== id || body.result?.isError !== false) return describe(answer)
  const isOwn =
    JSON.stringify(body.result.structuredContent) === JSON.stringify(own) &&
    body.result.content[0].text === JSON.stringify(own)
  return isOwn ? undefined : describe(answer)
}

function checkError(answer: Answer, id: string, own: object): string | undefined {
  const { body } = answer
  const text = String(body?.result?.content?.[0]?.text)
  const isOwn =
    body?.id === id && body.result?.isError === true && unescaped(text).includes(JSON.stringify(own))
  return isOwn ? undefined : describe(answer)
}

function unescaped(text: string): string {
  return text.replaceAll('\\"', '"')
}

/** Gone before the product has answered; what comes all the same must be one's own, and the next call is another's. */
async function cancel(
  call: (name: string, args: object, options: object) => Promise<Answer>,
  marker: string,
  dice: number,
): Promise<string | undefined> {
  const answer = await call('get_slow', { marker }, { signal: AbortSignal.timeout(1 + (dice % 100)) })
  if (answer.status === 0 || answer.body?.result?.structuredContent?.marker === marker) return undefined
  return describe(answer)
}

function checkList(answer: Answer, id: string, organization: string): string | undefined {
  const names = answer.body?.result?.tools?.map((tool: { name: string }) => tool.name) ?? []
  const only = names.filter((name: string) => name.startsWith('only_'))
  if (answer.body?.id === id && only.join() === `only_${organization}` && names.length > 5) return undefined
  return describe(answer)
}

function checkForeign(answer: Answer, id: string): string | undefined {
  const isRefused = answer.body?.id === id && answer.body.result?.isError !== false
  return isRefused ? undefined : describe(answer)
}

function checkBound(answer: Answer, id: string, own: object): string | undefined {
  const { result } = answer.body ?? {}
  return result?.isError === true && answer.body.id === id ? undefined : check(answer, id, own)
}

function otherThan(organization: string): string {
  return ORGANIZATIONS.find(other => other !== organization) ?? ''
}

/** Four of each organisation: two with tokens, one each with a JWT and a credential of the product. */
async function makeMember(desk: Desk, nodes: readonly FleetNode[], number: number): Promise<Member> {
  const caller = { subject: `member${number}`, organization: `org${number % ORGANIZATIONS.length}` }
  const scheme = (['token', 'jwt', 'bearer', 'token'] as const)[Math.floor(number / ORGANIZATIONS.length)]
  const [node] = nodes
  if (scheme === undefined || node === undefined) throw new Error('too many members')
  if (scheme === 'jwt') return { ...caller, scheme, credential: desk.sign(caller) }
  if (scheme === 'bearer') return { ...caller, scheme, credential: productCredential(caller) }
  return { ...caller, scheme, credential: (await desk.mint(node, caller)).token }
}

/** The audit has each caller under the caller's own organisation, and one credential for each. */
function checkAudits(t: Test, nodes: readonly FleetNode[], members: readonly Member[]): void {
  const known = new Map<unknown, Set<unknown>>()
  for (const record of nodes.flatMap(node => node.audit())) {
    if (record.event !== 'tool_call') continue
    const own = known.get(record.subject) ?? new Set()
    known.set(record.subject, own.add(`${record.organization} ${record.credential}`))
  }
  for (const { subject, organization } of members) {
    const [said = '', ...more] = [...(known.get(subject) ?? [])].map(String)
    t.ok(said.startsWith(`${organization} `) && more.length === 0, `audit of ${subject}: ${[said, ...more]}`)
  }
}

function sendAs({ url }: Product, caller: Caller, path: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${productCredential(caller)}` } })
}

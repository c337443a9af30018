/** A limit is one limit for all processes of a fleet, whoever asks which of them, at once or one after another. */
import t from 'tap'
import { startRedis, withoutRedis } from '../store/start-redis.ts'
import { describe, isAccepted } from './background.ts'
import { openDesk } from './desk.ts'
import { markerOf } from './product.ts'
import { startFleet, surroundings } from './start-fleet.ts'

const RATE = 60

t.setTimeout(90_000)

t.test(`${RATE} a minute are ${RATE} a minute on three nodes together`, { skip: withoutRedis() }, async t => {
  const around = await surroundings(t)
  const { url } = await startRedis(t)
  const limits = [{ per: 'principal', rate: `${RATE}/min` }]
  const nodes = await startFleet(t, around, { redisUrl: url, limits })
  const desk = await openDesk(around, url)

  for (const [way, atOnce] of [
    ['all at once', 240],
    ['one after another', 1],
    ['a few at a time', 7],
  ] as const) {
    const caller = { subject: way.replaceAll(' ', '-'), organization: 'org0' }
    const credential = desk.sign(caller)
    const marker = markerOf(caller, 'call')
    let next = 0
    let accepted = 0
    const began = performance.now()
    const lane = async () => {
      while (next < 240) {
        const number = next++
        const answer = await nodes[number % nodes.length]?.call(credential, 'get_note', { marker })
        if (answer === undefined) throw new Error('no node')
        if (isAccepted(answer)) accepted++
        else t.match(answer.body?.result?.content?.[0]?.text, /at most 60 calls/, describe(answer))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    t.ok(performance.now() - began < 55_000, `${way}: within the minute`)
    t.equal(accepted, RATE, way)
    t.equal(around.product.arrived(marker), RATE, `${way}: and no more reached the product`)
  }
})

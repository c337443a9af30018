import { mock } from 'node:test'
import t from 'tap'
import type { Rooms } from '../src/assemble.ts'
import { CurrentRooms } from '../src/current-rooms.ts'
import { REQUEST_TIMEOUT } from '../src/http-server.ts'
import { createLog } from '../src/log.ts'

/** Rooms of which only what is looked at here exists. */
function rooms(timeouts: readonly number[], close?: () => Promise<void>) {
  const fake = {
    closed: 0,
    isRetired: false,
    retire() {
      fake.isRetired = true
    },
    config: { apis: timeouts.map(timeout => ({ timeout })) },
    async close() {
      fake.closed += 1
      await close?.()
    },
  }
  return fake as typeof fake & Rooms
}

t.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
t.afterEach(() => mock.timers.reset())

t.test('older rooms keep their connections until no request of theirs can be left', async t => {
  const [first, second] = [rooms([1_000, 5_000]), rooms([10])]
  const current = new CurrentRooms(first, createLog('silent'))
  t.equal(current.current, first)
  current.replace(second)
  t.equal(current.current, second)
  t.same([first.isRetired, second.isRetired], [true, false])
  mock.timers.tick(REQUEST_TIMEOUT + 4_999)
  t.equal(first.closed, 0)
  mock.timers.tick(1)
  t.equal(first.closed, 1)
  t.equal(second.closed, 0)
  await current.close()
  t.same([first.closed, second.closed], [1, 1])
})

t.test('closing does not wait for the time of older rooms, and one that fails keeps none open', async t => {
  const stuck = rooms([1], async () => {
    throw new Error('stuck')
  })
  const [second, third] = [rooms([1]), rooms([1])]
  const lines: string[] = []
  const current = new CurrentRooms(
    stuck,
    createLog('info', { write: (line: string) => void lines.push(line) }),
  )
  current.replace(second)
  current.replace(third)
  await current.close()
  t.same([stuck.closed, second.closed, third.closed], [1, 1, 1])
  t.match(lines, [/"stuck"/])
  mock.timers.tick(1_000_000)
  t.same([stuck.closed, second.closed, third.closed], [1, 1, 1], 'each once')
})

/**
 * Child process of kill-sqlite.test.ts. With the word `gateway` it is a gateway that listens, and mints and revokes in
 * its own process; with `command` it is another process on the same store, as the command line is. It begins when it
 * is told to, and says on standard output what the store has answered: one line an answer, written before the next
 * question, so that what was read from it was answered.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { mintToken } from '../src/auth/mint-token.ts'
import { loadConfig } from '../src/config/load.ts'
import { startServer } from '../src/server.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'

const [role = '', file = '', operations = ''] = process.argv.slice(2)
const config = loadConfig(file)
const store = await openAs(role)
// A process that is killed writes no cache at its end.
flushCompileCache()
say('ready')
createInterface({ input: process.stdin }).once('line', async () => {
  await mintAndRevoke(Number(operations))
  say('done')
})

async function openAs(role: string): Promise<Store> {
  if (role === 'command') return openStore(config)
  const { app, url } = await startServer(config)
  say(`listening ${url}`)
  return app.store
}

/** Two of three operations mint; every third revokes the one but last, so that some stay and some end. */
async function mintAndRevoke(count: number): Promise<void> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    if (i % 3 === 2) {
      const id = ids.at(-2) ?? ''
      say(`revoking ${id}`)
      if (await store.revokeToken(id, Date.now())) say(`revoked ${id}`)
      continue
    }
    const { token, record } = mintToken(
      { prefix: 'kill_pat_', name: `${role} ${i}`, subject: 'tester', roles: [], scopes: ['read:*'] },
      Date.now(),
    )
    await store.createToken(record)
    ids.push(record.id)
    say(`minted ${record.id} ${token}`)
    // Somebody at the command line takes longer than a gateway.
    if (role === 'command') await new Promise(resolve => setTimeout(resolve, 5))
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

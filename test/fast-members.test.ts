/** What every call reads is where optimised code finds it; see `has-fast-members.ts`. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createApp } from '../src/app.ts'
import { loadConfig } from '../src/config/load.ts'
import { prepare } from '../src/mcp/dispatch.ts'
import { hasFastMembers } from './has-fast-members.ts'

const CONFIG = fileURLToPath(new URL('../config/invoicing.yaml', import.meta.url))

t.test('the door, what is prepared for it, its server and tools, and all strings', async t => {
  const env = { INVOICING_URL: 'http://127.0.0.1:9', INVOICING_SERVICE_TOKEN: 'x'.repeat(32) }
  const app = await createApp({
    ...loadConfig(CONFIG, { env }),
    store: { type: 'sqlite', path: join(t.testdir(), 'postern.db') },
    audit: { to: 'off' },
  })
  t.teardown(() => app.close())
  const [door] = app.doors
  if (door === undefined) throw new Error('no door')
  const [tool] = door.server.tools
  if (tool === undefined) throw new Error('no tool')
  for (const [name, object] of Object.entries({ door, prepared: prepare(door), server: door.server, tool })) {
    t.ok(hasFastMembers(object), name)
  }
  t.ok(hasFastMembers(String.prototype), 'the Redis client, which makes strings slow, is not loaded')
})

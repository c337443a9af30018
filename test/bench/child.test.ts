import t from 'tap'
import { startChild } from '../../bench/child.ts'

t.test('a server reports its address and a CPU time that only grows, and ends when told', async t => {
  const child = await startChild('backend', [])
  const before = await child.cpuMicros()
  t.match(child.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.equal((await fetch(`${child.url}/nothing`)).status, 404)
  t.ok(before > 0)
  t.ok((await child.cpuMicros()) > before)
  await child.stop()
  await t.rejects(fetch(child.url))
  await child.stop()
})

t.test('a server that can’t start is reported with its own reason', async t => {
  await t.rejects(startChild('static', ['/nonexistent/list.json']), /ended \(1\).*ENOENT.*list\.json/)
})

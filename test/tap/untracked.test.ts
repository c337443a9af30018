import { execFileSync } from 'node:child_process'
import t from 'tap'

t.test('what a test starts is as it would be without tap', t => {
  const said = execFileSync(process.execPath, ['-p', 'process.sourceMapsEnabled || process.env.NODE_OPTIONS'])
  t.notMatch(String(said), 'true')
  t.notMatch(String(said), 'processinfo')
  t.equal(process.sourceMapsEnabled, false)
  t.end()
})

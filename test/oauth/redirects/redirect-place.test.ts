import t from 'tap'
import { redirectPlace } from '../../../src/oauth/redirects/redirect-place.ts'

t.test('a place that people know', async t => {
  t.equal(redirectPlace({ kind: 'https', shown: 'claude.ai' }), 'the website claude.ai')
  t.equal(redirectPlace({ kind: 'app', shown: 'cursor:' }), 'the app on this device (cursor:)')
  t.equal(
    redirectPlace({ kind: 'loopback', shown: '127.0.0.1:8976' }),
    'the program on this computer, 127.0.0.1:8976',
  )
})

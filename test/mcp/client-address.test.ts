import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import t from 'tap'
import { createClientAddress } from '../../src/mcp/client-address.ts'

const request = (peer: string | undefined, forwarded?: string | string[]) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

const addressOf = createClientAddress(['10.0.0.0/8', '192.168.1.1', 'fd00::/8', '::1'])

t.test('without trusted proxies it is the peer, whatever it claims', async t => {
  const peerOf = createClientAddress([])
  t.equal(peerOf(request('203.0.113.5', '198.51.100.1')), '203.0.113.5')
  t.equal(peerOf(request('127.0.0.1', '198.51.100.1')), '127.0.0.1')
  t.equal(peerOf(request(undefined, '198.51.100.1')), undefined)
})

t.test('from others than the trusted proxies the header is not believed', async t => {
  for (const peer of ['203.0.113.5', '192.168.1.2', '11.0.0.1', '2001:db8::1', '::2']) {
    t.equal(addressOf(request(peer, '198.51.100.1')), peer, peer)
  }
})

t.test('the header is read from its end, past trusted proxies', async t => {
  const cases: [string, string | string[] | undefined, string][] = [
    ['10.1.2.3', undefined, '10.1.2.3'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6,198.51.100.1,192.168.1.1 ,\tfd00::7', '198.51.100.1'],
    ['10.1.2.3', ['6.6.6.6', '198.51.100.1'], '198.51.100.1'],
    ['10.1.2.3', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['fd00::1', '2001:DB8::1', '2001:DB8::1'],
    ['::1', '198.51.100.1:4711', '198.51.100.1'],
    ['::1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['::1', '[2001:db8::1]', '2001:db8::1'],
  ]
  for (const [peer, forwarded, expected] of cases) {
    t.equal(addressOf(request(peer, forwarded)), expected, `${peer} ${forwarded}`)
  }
})

t.test('at an entry that is no address, the last good one holds', async t => {
  const malformed = [
    'unknown',
    '_hidden',
    '198.51.100',
    '198.51.100.256',
    '198.51.100.1:port',
    '198.51.100.1 6.6.6.6',
    'fe80::1%eth0',
    '[2001:db8::1',
    '',
    ' ',
    '"198.51.100.1"',
    'for=198.51.100.1',
    'x'.repeat(8_000),
    '\u0000',
  ]
  for (const entry of malformed) {
    t.equal(addressOf(request('10.1.2.3', entry)), '10.1.2.3', entry.slice(0, 40))
    t.equal(addressOf(request('10.1.2.3', `6.6.6.6, ${entry}`)), '10.1.2.3')
    t.equal(addressOf(request('10.1.2.3', `6.6.6.6, ${entry}, 10.7.7.7`)), '10.7.7.7')
    t.equal(addressOf(request('10.1.2.3', `${entry}, 198.51.100.1`)), '198.51.100.1')
  }
})

t.test('a header full of proxies is not walked to its end', async t => {
  const many = `6.6.6.6, ${Array(5_000).fill('10.0.0.1').join(', ')}`
  t.equal(addressOf(request('10.1.2.3', many)), '10.0.0.1')
})

t.test('whatever is in the header: an address and no exception', async () => {
  const part = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom(',', ', ', ':', '[', ']', '%'))
  fc.assert(
    fc.property(fc.array(part), parts => {
      const found = addressOf(request('10.1.2.3', parts.join('')))
      return found !== undefined && /^[0-9A-Fa-f:.]{2,45}$/.test(found)
    }),
    { numRuns: 2_000 },
  )
})

t.test('a peer that is gone has no address', async t => {
  t.equal(addressOf(request(undefined, '198.51.100.1')), undefined)
})

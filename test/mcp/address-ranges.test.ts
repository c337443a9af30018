import t from 'tap'
import { createAddressRanges, plainAddress } from '../../src/mcp/address-ranges.ts'

t.test('addresses and ranges of both families, however an IPv4 address is spelt', async t => {
  const isIn = createAddressRanges(['192.0.2.7', '10.0.0.0/8', 'fd00::/8'])
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '10.255.0.1', '::FFFF:10.0.0.1', 'fd12::1']) {
    t.ok(isIn(address), address)
  }
  for (const address of ['192.0.2.8', '11.0.0.1', '::ffff:11.0.0.1', 'fe80::1', '2001:db8::1']) {
    t.notOk(isIn(address), address)
  }
})

t.test('what is no address, or has a zone, is in none', async t => {
  const isIn = createAddressRanges(['0.0.0.0/1', '::/1', '10.0.0.0/8'])
  for (const text of ['', '10.0.0', '10.0.0.1 ', 'fe80::1%eth0', 'localhost', '1'.repeat(100)]) {
    t.notOk(isIn(text), text)
    t.equal(plainAddress(text), undefined)
  }
})

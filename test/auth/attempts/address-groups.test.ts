import t from 'tap'
import { addressGroups } from '../../../src/auth/attempts/address-groups.ts'

t.test('an IPv4 address counts for itself, in either spelling', async t => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:0201', '0:0:0:0:0:ffff:c000:201']) {
    t.same(addressGroups(address), { host: '192.0.2.1', network: undefined }, address)
  }
})

t.test('an IPv6 address counts as its /64 and its /48, however it is written', async t => {
  const expected = { host: '2001:db8:1:2::/64', network: '2001:db8:1::/48' }
  for (const address of [
    '2001:db8:1:2::',
    '2001:db8:1:2::1',
    '2001:DB8:0001:0002:3:4:5:6',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:db8:1:2::192.0.2.1',
    '2001:db8:1:2::1%eth0',
  ]) {
    t.same(addressGroups(address), expected, address)
  }
  t.same(addressGroups('::1'), { host: '0:0:0:0::/64', network: '0:0:0::/48' })
  t.same(addressGroups('::'), addressGroups('::1'))
  t.not(addressGroups('2001:db8:1:3::1').host, expected.host)
  t.equal(addressGroups('2001:db8:1:3::1').network, expected.network)
})

t.test('what is no address is still counted', async t => {
  t.same(addressGroups('gone'), { host: '?gone', network: undefined })
  t.same(addressGroups(''), { host: '?', network: undefined })
})

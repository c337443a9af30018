/** Addresses that nobody may have us connect to (N71). */
import fc from 'fast-check'
import t from 'tap'
import { refuseAddress } from '../../../src/oauth/clients/refuse-address.ts'

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  shared: ['100.64.0.1', '100.127.255.255'],
  'link-local': ['169.254.169.254', 'fe80::1', 'febf::1'],
  'unique local': ['fc00::1', 'fd00:ec2::254', 'fdff::1'],
  'site-local': ['fec0::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  reserved: ['240.0.0.1', '255.255.255.255', '192.0.0.8', '192.88.99.1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  mapped: [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '0:0:0:0:0:ffff:7f00:0001',
  ],
  compatible: ['::127.0.0.1', '::7f00:1', '::8.8.8.8'],
  translated: [
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '64:ff9b:1:ffff::a00:1',
  ],
  '6to4': ['2002:7f00:1::1', '2002:a00:1::'],
  Teredo: ['2001::1', '2001:0:53aa:64c::1'],
  discard: ['100::1'],
  'not given out': ['4000::1', '8000::1', '1::1', '5f00::1', 'e000::1'],
  'no address': [
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4.5',
    '01.2.3.4',
    '[::1]',
    'fe80::1%lo0%',
  ],
}

for (const [what, addresses] of Object.entries(REFUSED)) {
  t.test(`refused: ${what}`, async t => {
    for (const address of addresses) t.ok(refuseAddress(address), `${address}: ${refuseAddress(address)}`)
  })
}

t.test('public addresses are taken', async t => {
  for (const address of [
    '8.8.8.8',
    '93.184.215.14',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])
    t.equal(refuseAddress(address), undefined, address)
})

t.test('no spelling of a private IPv4 address within an IPv6 address is taken', async t => {
  const hex = (a: number, b: number) => ((a << 8) | b).toString(16)
  fc.assert(
    fc.property(
      fc.constantFrom([127, 0], [10, 1], [192, 168], [169, 254], [100, 64]),
      fc.nat(255),
      fc.nat(255),
      ([a = 0, b = 0], c, d) => {
        const low = `${hex(a, b)}:${hex(c, d)}`
        for (const address of [
          `::ffff:${low}`,
          `::${low}`,
          `::ffff:0:${low}`,
          `64:ff9b::${low}`,
          `64:ff9b:1::${low}`,
          `2002:${low}::1`,
          `2001::${low}`,
          `::ffff:${a}.${b}.${c}.${d}`,
          `${a}.${b}.${c}.${d}`,
        ]) {
          if (refuseAddress(address) === undefined) throw new Error(address)
        }
      },
    ),
  )
  t.pass()
})

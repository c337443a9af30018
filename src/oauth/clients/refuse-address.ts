import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Why an address must not be connected to for somebody who is not trusted; undefined for one of the public internet.
 *
 * What is not known to be public is refused: ranges for private, shared, link-local, loopback, documentation,
 * benchmarking and future use, multicast, and every IPv6 form that carries an IPv4 address within (mapped, compatible,
 * NAT64 of both prefixes, 6to4, Teredo), since what such an address leads to is decided elsewhere. Of IPv6 only
 * 2000::/3 has been given out at all (RFC 4291, IANA registry).
 */
export function refuseAddress(address: string): string | undefined {
  if (isIP(address) === 0) return 'is no address'
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range !== 'unicast') return `is of the range ${range}`
  if (parsed.kind() === 'ipv6' && !parsed.match(GIVEN_OUT)) return 'is of no range that was given out'
  return undefined
}

const GIVEN_OUT = ipaddr.parseCIDR('2000::/3')

import { BlockList, isIP } from 'node:net'

/** Tells whether an IP address is in one of some ranges; an IPv6 spelling of an IPv4 address counts as that. */
export type AddressRanges = (address: string) => boolean

/** Prepares ranges. @param entries - addresses, or ranges such as `10.0.0.0/8`, as the configuration has checked them */
export function createAddressRanges(entries: readonly string[]): AddressRanges {
  const ranges = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    if (prefix === undefined) ranges.addAddress(address, familyOf(address))
    else ranges.addSubnet(address, Number(prefix), familyOf(address))
  }
  return address => {
    const plain = plainAddress(address)
    return plain !== undefined && ranges.check(plain, familyOf(plain))
  }
}

/** The address, an IPv4 one without its IPv6 spelling; undefined for what is none, or has a zone. */
export function plainAddress(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS || text.includes('%') || isIP(text) === 0) return undefined
  const [, v4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text) ?? []
  return v4 ?? text
}

const LONGEST_ADDRESS = 45

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

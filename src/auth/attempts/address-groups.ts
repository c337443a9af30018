import { isIPv4, isIPv6 } from 'node:net'

/** What failed sign-ins from an address are counted with. */
export interface AddressGroups {
  /** Who calls: an IPv4 address, or the /64 of an IPv6 address, of which every customer has one at least. */
  readonly host: string
  /** The /48 of an IPv6 address: what one who has many /64s has. */
  readonly network: string | undefined
}

/**
 * The groups of an address. An IPv4 address in IPv6 spelling (`::ffff:192.0.2.1`) is the IPv4 address; what is no
 * address at all is a group of its own, so that nobody is left uncounted.
 */
export function addressGroups(address: string): AddressGroups {
  if (isIPv4(address)) return { host: address, network: undefined }
  if (!isIPv6(address)) return { host: `?${address}`, network: undefined }
  const fields = fieldsOf(address)
  const mapped = mappedIPv4(fields)
  if (mapped !== undefined) return { host: mapped, network: undefined }
  const hex = fields.map(field => field.toString(16))
  return { host: `${hex.slice(0, 4).join(':')}::/64`, network: `${hex.slice(0, 3).join(':')}::/48` }
}

/** The eight fields of an IPv6 address, whatever its spelling; a zone is left out. */
function fieldsOf(address: string): readonly number[] {
  const [plain = ''] = address.split('%', 1)
  const [head = '', tail] = plain.split('::')
  const before = readFields(head)
  if (tail === undefined) return before
  const after = readFields(tail)
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function readFields(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap(field => {
    if (!field.includes('.')) return Number.parseInt(field, 16)
    const [a = 0, b = 0, c = 0, d = 0] = field.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

/** `::ffff:0:0/96` (RFC 4291 2.5.5.2). */
function mappedIPv4(fields: readonly number[]): string | undefined {
  const [high = 0, low = 0] = fields.slice(6)
  if (fields.slice(0, 5).some(field => field !== 0) || fields[5] !== 0xffff) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

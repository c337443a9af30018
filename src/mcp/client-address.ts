import type { IncomingMessage } from 'node:http'
import { type AddressRanges, createAddressRanges, plainAddress } from './address-ranges.ts'

/** The part of a request that tells where it comes from. */
export type ReceivedRequest = Pick<IncomingMessage, 'headers' | 'socket'>

/** Where a request comes from: an IP address, undefined once the peer is gone. */
export type ClientAddress = (request: ReceivedRequest) => string | undefined

/** Further entries, all of proxies, are not looked at. */
const MOST_PROXIES = 32

/**
 * Makes the function that tells a client's address.
 *
 * It is the peer's, unless that is one of `trustedProxies` (addresses and ranges). Then X-Forwarded-For is read from
 * its end, where the nearest proxy has written, past all trusted proxies to the first address that is none of them:
 * what stands before it, anybody can have written. Where an entry is no address, the last good one holds.
 *
 * No other header is read: neither Forwarded and X-Real-IP, which a proxy may pass on as the client wrote them, nor
 * X-Forwarded-Host or -Proto, as Postern's own addresses derive from `publicUrl` alone.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return peerAddress
  const isTrusted = createAddressRanges(trustedProxies)
  return request => {
    const peer = plainAddress(peerAddress(request) ?? '')
    if (peer === undefined) return undefined
    const { 'x-forwarded-for': value } = request.headers
    const header = Array.isArray(value) ? value.join(',') : (value ?? '')
    return isTrusted(peer) ? lastUntrusted(header, peer, isTrusted) : peer
  }
}

/** The address at the other end of the connection. */
export function peerAddress({ socket }: ReceivedRequest): string | undefined {
  return socket.remoteAddress
}

function lastUntrusted(header: string, peer: string, isTrusted: AddressRanges): string {
  let address = peer
  let end = header.length
  for (let i = 0; i < MOST_PROXIES && end > 0; i++) {
    const comma = header.lastIndexOf(',', end - 1)
    const entry = plainAddress(withoutPort(header.slice(comma + 1, end).trim()))
    if (entry === undefined) return address
    address = entry
    if (!isTrusted(address)) return address
    end = comma
  }
  return address
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const [, bracketed, v4] = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(entry) ?? []
  return bracketed ?? v4 ?? entry
}

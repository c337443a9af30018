import { isIPv4, isIPv6 } from 'node:net'

/**
 * True for host names that only this machine can reach: 127.0.0.0/8, ::1 (with or without brackets) and
 * `localhost`. Every other spelling counts as reachable by others, so that a doubt refuses.
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (isIPv4(name)) return name.startsWith('127.')
  if (isIPv6(name)) return /^(0{0,4}:)+0{0,3}1$/.test(name)
  return name === 'localhost'
}

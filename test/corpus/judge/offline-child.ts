/**
 * Loads, validates, compiles and lists the documents named on the command line, as `check` and `serve` do, in a
 * process in which no socket but loopback opens and no name is looked up; prints what was attempted. Every way out
 * is watched where it ends: whatever library asks, it asks these.
 */

import { writeSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { pathOfDocument, SETTINGS } from '../documents.ts'

/** What the parent reads. */
export interface Offline {
  readonly operations: number
  readonly listed: number
  /** Addresses and names that somebody wanted to reach. */
  readonly attempts: readonly string[]
}

const require = createRequire(import.meta.url)
let attempts: string[] = []
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

guard()
const { loadCatalogue } = await import('../../../src/catalogue/load-catalogue.ts')
const { startGateway } = await import('./start-gateway.ts')
const results: Offline[] = []
for (const name of process.argv.slice(2)) {
  attempts = []
  results.push(name === 'self-test' ? await testItself() : await serve(name))
}
writeSync(1, JSON.stringify(results))
process.exit(0)

async function testItself(): Promise<Offline> {
  await Promise.allSettled([
    fetch('http://192.0.2.1/a'),
    fetch('http://name.invalid/b'),
    fetch('https://name.invalid/c'),
  ])
  udp()
  return { operations: 0, listed: 0, attempts }
}

async function serve(name: string): Promise<Offline> {
  const gateway = await startGateway({ openapi: pathOfDocument(name), ...SETTINGS[name] })
  const { catalogue } = await loadCatalogue(gateway.app.config, { validate: true })
  const { body } = await gateway.send('tools/list', {})
  await gateway.close()
  return { operations: catalogue.report.length, listed: body.result.tools.length, attempts }
}

function guard(): void {
  const net = require('node:net')
  const dns = require('node:dns')
  const dgram = require('node:dgram')
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function (this: unknown, ...args: unknown[]) {
    const [options] = Array.isArray(args[0]) ? args[0] : args
    const host =
      typeof options === 'object' && options !== null && 'host' in options ? options.host : undefined
    if (typeof host === 'string' && !LOOPBACK.has(host)) refuse(host)
    return connect.apply(this, args)
  }
  const lookup = dns.lookup
  dns.lookup = (host: string, ...rest: unknown[]) =>
    LOOPBACK.has(host) ? lookup(host, ...rest) : refuse(host)
  dns.promises.lookup = (host: string) => refuse(host)
  for (const holder of [dns, dns.promises]) {
    for (const key of Object.keys(holder))
      if (/^(?:resolve|reverse)/.test(key)) holder[key] = (host: string) => refuse(host)
  }
  dgram.Socket.prototype.send = () => refuse('a datagram')
  syncBuiltinESMExports()
}

function udp(): void {
  const socket = require('node:dgram').createSocket('udp4')
  try {
    socket.send('x', 9, '192.0.2.1')
  } catch {}
  socket.close()
}

function refuse(host: string): never {
  attempts.push(host)
  throw Object.assign(new Error(`no way out to ${host}`), { code: 'ECONNREFUSED' })
}

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import {
  freePort,
  isContinuousIntegration,
  isInstalled,
  type RedisServer,
  startRedis,
  withoutRedis,
} from '../start-redis.ts'

/** PEM files of an authority made for the test, and of what it signed. */
export interface Certificates {
  readonly ca: string
  /** For a server named `redis.test` and the address 127.0.0.1. */
  readonly cert: string
  readonly key: string
  /** Of a client. */
  readonly clientCert: string
  readonly clientKey: string
  /** Another authority, which signed nothing. */
  readonly strangerCa: string
}

const MISSING =
  'openssl is not installed, which makes the certificates of the tests. On Debian and Ubuntu: apt-get install openssl.'

/** What `skip` of a test is: false, or why it is skipped. Throws in continuous integration if something is missing. */
export function withoutTlsRedis(): string | false {
  const redis = withoutRedis()
  if (redis !== false) return redis
  if (isInstalled('openssl', 'version')) return false
  if (isContinuousIntegration()) throw new Error(MISSING)
  return MISSING
}

/** Makes certificates in the directory of the test. */
export function makeCertificates(t: Test): Certificates {
  const directory = t.testdir()
  const path = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)],
    )
  const signed = (name: string, extensions: string) => {
    writeFileSync(path(`${name}.ext`), extensions)
    openssl(
      ...['req', ...key, '-subj', `/CN=${name}`, '-keyout', path(`${name}.key`)],
      '-out',
      path(`${name}.csr`),
    )
    openssl(
      ...['x509', '-req', '-in', path(`${name}.csr`), '-CA', path('ca.pem'), '-CAkey', path('ca.key')],
      ...['-days', '2', '-extfile', path(`${name}.ext`), '-out', path(`${name}.pem`)],
    )
  }
  authority('ca')
  authority('stranger')
  signed('server', 'subjectAltName=DNS:redis.test,IP:127.0.0.1')
  signed('client', 'extendedKeyUsage=clientAuth')
  return {
    ca: path('ca.pem'),
    cert: path('server.pem'),
    key: path('server.key'),
    clientCert: path('client.pem'),
    clientKey: path('client.key'),
    strangerCa: path('stranger.pem'),
  }
}

/** Arguments of redis-server that make it speak TLS, and nothing else, on a port. */
export function tlsArguments({ ca, cert, key }: Certificates, port: number, askClients = true): string[] {
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-ca-cert-file', ca],
    ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-replication', 'yes'],
    ...['--tls-auth-clients', askClients ? 'yes' : 'no'],
  ]
}

/** A server that takes only TLS, from clients whose certificate is of the authority if `askClients`. */
export async function startTlsRedis(
  t: Test,
  certificates: Certificates,
  askClients = true,
  more: readonly string[] = [],
): Promise<RedisServer> {
  const port = await freePort()
  const server = await startRedis(t, port, [...tlsArguments(certificates, port, askClients), ...more])
  return { ...server, url: `rediss://127.0.0.1:${port}/0` }
}

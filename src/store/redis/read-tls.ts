import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { PosternError } from '../../errors.ts'

/** How the certificates of Redis are verified, and our own; paths of PEM files. */
export interface RedisTlsFiles {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name that certificates must be for, instead of the host that is connected to. */
  readonly serverName?: string | undefined
}

/**
 * Reads the files into options of `node:tls`. Certificates are always verified, whatever the environment says.
 *
 * @param directory - relative paths are relative to it
 * @throws PosternError `configuration_invalid` if a file can't be read or holds nothing that can be used
 */
export function readRedisTls(files: RedisTlsFiles, directory: string): ConnectionOptions {
  const options: ConnectionOptions = {
    ...read('ca', files.ca, directory),
    ...read('cert', files.cert, directory),
    ...read('key', files.key, directory),
    ...(files.serverName === undefined ? {} : { servername: files.serverName }),
    // Said here, NODE_TLS_REJECT_UNAUTHORIZED=0 does not count.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }
  try {
    createSecureContext(options)
  } catch (error) {
    throw invalid('store.tls: the certificates or the key can’t be used', error)
  }
  return options
}

function read(name: 'ca' | 'cert' | 'key', file: string | undefined, directory: string): ConnectionOptions {
  if (file === undefined) return {}
  const path = resolve(directory, file)
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    throw invalid(`store.tls.${name}: the file ${path} can’t be read`, error)
  }
  // A file without a certificate would be taken for an empty list of authorities, or silently for none.
  if (!pem.includes(name === 'key' ? 'PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----')) {
    throw invalid(
      `store.tls.${name}: the file ${path} holds no PEM ${name === 'key' ? 'key' : 'certificate'}`,
    )
  }
  return { [name]: pem }
}

function invalid(message: string, cause?: unknown): PosternError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new PosternError('configuration_invalid', { message: `${message}${reason}.`, cause })
}

import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { TlsConfig } from './schema/tls.ts'

/**
 * How TLS is spoken: with Node's ciphers, which are kept up to date with it, in the server's order, and without
 * renegotiation, which a client could keep the process busy with (RFC 9325 section 3.5).
 */
export function tlsOptions({
  certificate,
  privateKey,
  passphrase,
  minVersion,
}: TlsConfig): SecureContextOptions {
  return {
    cert: certificate,
    key: privateKey,
    ...(passphrase !== undefined && { passphrase }),
    minVersion,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}

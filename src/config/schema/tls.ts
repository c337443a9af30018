import { z } from 'zod'

/** `listen.tls`: the gateway speaks HTTPS itself. */
export const tlsSchema = z.strictObject({
  cert: z
    .string()
    .min(1)
    .describe(
      'PEM file, relative to this one: the server’s certificate, then those between it and the authority.',
    ),
  key: z.string().min(1).describe('PEM file of its private key, relative to this one.'),
  passphrase: z
    .string()
    .min(1)
    .optional()
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shows how a placeholder is written
    .describe('What the key is encrypted with, from the environment: `${TLS_PASSPHRASE}`.'),
  minVersion: z
    .enum(['TLSv1.2', 'TLSv1.3'])
    .default('TLSv1.2')
    .describe('Oldest version of TLS that clients may speak.'),
  terminatedBy: z
    .enum(['gateway', 'proxy'])
    .default('gateway')
    .describe(
      '`proxy`: one in front speaks HTTPS, and the gateway plain HTTP as without `tls`; the files are not read. For one file that serves both ways.',
    ),
})

/** `listen.tls` after loading, where the gateway itself speaks TLS: with what the files hold. */
export interface TlsConfig extends Readonly<Omit<z.output<typeof tlsSchema>, 'terminatedBy'>> {
  /** Text of the file `cert`; empty where it could not be read. */
  readonly certificate: string
  /** Text of the file `key`; empty where it could not be read. */
  readonly privateKey: string
  /** Whether every user of the machine can read the key. */
  readonly isKeyOpen: boolean
}

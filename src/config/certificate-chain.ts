import { X509Certificate } from 'node:crypto'

const BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g

/** The certificates of a PEM text in its order; undefined in the place of one that is damaged. */
export function certificateChain(pem: string): readonly (X509Certificate | undefined)[] {
  return (pem.match(BLOCK) ?? []).map(block => {
    try {
      return new X509Certificate(block)
    } catch {
      return undefined
    }
  })
}

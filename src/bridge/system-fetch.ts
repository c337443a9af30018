import tls from 'node:tls'

/**
 * `fetch` that also trusts the certificate authorities of the system: whoever runs a bridge is at a computer on which
 * their company's own authority is set up, and can rarely set an environment variable for it. The system is asked only
 * once a certificate was refused, as that can take a second; nothing of the request was sent then. On Node.js before
 * 22.19 it is `fetch` as it is.
 */
export const systemFetch: typeof fetch = async (input, init) => {
  try {
    return await fetch(input, init)
  } catch (error) {
    if (!isUntrusted(error) || !trustSystem()) throw error
    return fetch(input, init)
  }
}

let isAdded: boolean | undefined

/** Whether the system's authorities are trusted from now on; requests that were refused side by side all learn it. */
function trustSystem(): boolean {
  isAdded ??= typeof tls.setDefaultCACertificates === 'function' && addSystem()
  return isAdded
}

function addSystem(): boolean {
  const system = tls.getCACertificates('system')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...system])
  return system.length > 0
}

/** What OpenSSL says of a chain that ends at no authority it knows; not of a wrong name or an end of validity. */
function isUntrusted(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return (
    typeof code === 'string' &&
    /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_)/.test(code)
  )
}

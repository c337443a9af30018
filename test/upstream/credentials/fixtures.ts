/** Callers and keys for the tests of upstream credentials. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Authenticated, Principal, SchemeType } from '../../../src/auth/principal.ts'

/** A private key of P-256 in PEM. */
export function createPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** 32 random bytes in base64. */
export const createSealingKey = () => randomBytes(32).toString('base64')

/** A verified caller; `more` replaces members of the principal. */
export function createCaller(
  scheme: SchemeType,
  more: Partial<Principal> = {},
  presented: Partial<Omit<Authenticated, 'principal'>> = {},
): Authenticated {
  const principal: Principal = Object.freeze({
    subject: 'ada',
    organization: 'org-1',
    roles: ['accountant'],
    scopes: ['read:invoices', 'write:contacts'],
    scheme,
    schemeIndex: 0,
    credentialId: 'crd-1',
    expiresAt: undefined,
    client: undefined,
    sequence: undefined,
    issuedAt: undefined,
    restsOn: [],
    audience: undefined,
    ...more,
  })
  return { principal, forwardable: {}, ...presented }
}

/** A clock that stands still until it is moved. */
export function createClock(start = 1_700_000_000_000) {
  const clock = { at: start, now: () => clock.at }
  return clock
}

import type { Desk } from './desk.ts'
import type { NodeClient } from './node-client.ts'
import { type Caller, type Product, productCredential } from './product.ts'

type Presented = Caller & { readonly credential: string }

/** One way in which credentials end. */
export interface RevocationCase {
  readonly name: string
  readonly rounds: number
  /** Makes what one round is about; `id` is unique. */
  readonly prepare: (around: CaseOptions) => Promise<Round>
}

/** What a round is made with. */
export interface CaseOptions {
  readonly desk: Desk
  /** Where it is minted and revoked. */
  readonly node: NodeClient
  readonly product: Product
  readonly id: string
}

export interface Round {
  /** Refused from `revoke` on. */
  readonly revoked: readonly Presented[]
  /** As near to them as can be, and accepted all the while. */
  readonly spared: readonly Presented[]
  readonly revoke: () => Promise<void>
}

/** The promise in numbers: tokens, subjects and clients as often as it is stated, the others as often as time allows. */
export const CASES: readonly RevocationCase[] = [
  {
    name: 'a token',
    rounds: 1_000,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      const [one, other] = await Promise.all([desk.mint(node, caller), desk.mint(node, caller)])
      return {
        revoked: [{ ...caller, credential: one.token }],
        spared: [{ ...caller, credential: other.token }],
        revoke: () => desk.revoke(node, { kind: 'token', value: one.id }),
      }
    },
  },
  {
    name: 'a subject, with its token, JWT and product credential',
    rounds: 1_000,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      const other = { subject: `s-${id}x`, organization: 'org0' }
      const { token } = await desk.mint(node, caller)
      return {
        revoked: [token, desk.sign(caller), productCredential(caller)].map(credential => ({
          ...caller,
          credential,
        })),
        spared: [{ ...other, credential: productCredential(other) }],
        revoke: () => desk.revoke(node, { kind: 'subject', value: caller.subject }),
      }
    },
  },
  {
    name: 'a client, with the JWTs issued to it',
    rounds: 1_000,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      return {
        revoked: [{ ...caller, credential: desk.sign(caller, { client_id: `c-${id}` }) }],
        spared: [{ ...caller, credential: desk.sign(caller, { client_id: `c-${id}x` }) }],
        revoke: () => desk.revoke(node, { kind: 'client', value: `c-${id}` }),
      }
    },
  },
  {
    name: 'an organisation, with its token, JWT and product credential',
    rounds: 250,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: `o-${id}` }
      const other = { subject: `s-${id}`, organization: `o-${id}x` }
      const { token } = await desk.mint(node, caller)
      return {
        revoked: [token, desk.sign(caller), productCredential(caller)].map(credential => ({
          ...caller,
          credential,
        })),
        spared: [{ ...other, credential: desk.sign(other) }],
        revoke: () => desk.revoke(node, { kind: 'organization', value: caller.organization }),
      }
    },
  },
  {
    name: 'a JWT by its jti',
    rounds: 500,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      return {
        revoked: [{ ...caller, credential: desk.sign(caller, { jti: `j-${id}` }) }],
        spared: [{ ...caller, credential: desk.sign(caller, { jti: `j-${id}x` }) }],
        revoke: () => desk.revoke(node, { kind: 'credential', value: `jti_j-${id}` }),
      }
    },
  },
  {
    name: 'a credential of the product',
    rounds: 500,
    async prepare({ desk, node, id }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      const credential = productCredential(caller, 1)
      return {
        revoked: [{ ...caller, credential }],
        spared: [{ ...caller, credential: productCredential(caller, 2) }],
        revoke: () => desk.revoke(node, { kind: 'credential', value: desk.idOf(credential) }),
      }
    },
  },
  {
    name: 'a credential that the product took back, called back everywhere by a recheck',
    rounds: 500,
    async prepare({ desk, node, id, product }) {
      const caller = { subject: `s-${id}`, organization: 'org0' }
      const credential = productCredential(caller, 1)
      return {
        revoked: [{ ...caller, credential }],
        spared: [{ ...caller, credential: productCredential(caller, 2) }],
        async revoke() {
          product.withdraw(credential)
          await desk.revoke(node, { kind: 'subject', value: caller.subject, recheck: true })
        },
      }
    },
  },
]

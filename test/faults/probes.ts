import { createKey } from '../auth/jwt/issuer.ts'
import { isAccepted } from '../fleet/background.ts'
import type { Desk, RevocationOf } from '../fleet/desk.ts'
import type { NodeClient } from '../fleet/node-client.ts'
import { type Caller, markerOf, productCredential } from '../fleet/product.ts'
import type { FleetNode, Surroundings } from '../fleet/start-fleet.ts'
import type { CredentialKind } from './cell.ts'

/** One credential and what is true of it. */
export interface Probe {
  readonly kind: CredentialKind
  readonly caller: Caller
  readonly credential: string
  readonly tool: string
  /**
   * `good` is accepted whenever Redis can be asked; `late` too, until it is revoked while the fault lasts and then is
   * `revoked`. `unknown` was never good, `spent` has used up its limit.
   */
  role: 'good' | 'late' | 'revoked' | 'unknown' | 'spent'
  /** How it is revoked. */
  readonly revocation: RevocationOf
  /** On the clock of `performance.now`: when a revocation was answered while the fault lasted. */
  revokedAt?: number
}

/** Calls of `get_few` that a credential has in an hour, and of `get_counted`. */
export const FEW = 3
export const COUNTED = 100_000
export const LIMITS = [
  { per: 'principal', tool: 'get_few', rate: `${FEW}/h` },
  { per: 'principal', tool: 'get_counted', rate: `${COUNTED}/h` },
]

/** Makes the credentials of one trial; none has been presented yet. */
export async function makeProbes(
  desk: Desk,
  node: NodeClient,
  { issuer }: Surroundings,
  id: string,
): Promise<readonly Probe[]> {
  const caller = (name: string): Caller => ({ subject: `${name}-${id}`, organization: 'org0' })
  const roles = ['good', 'late', 'revoked'] as const
  const probes: Probe[] = []
  for (const role of roles) {
    const of = caller(role)
    const token = await desk.mint(node, of)
    const product = productCredential(of)
    const common = { caller: of, tool: 'get_note', role }
    probes.push(
      {
        ...common,
        kind: 'token',
        credential: token.token,
        revocation: { kind: 'token', value: token.id },
      },
      {
        ...common,
        kind: 'product bearer',
        credential: product,
        revocation: { kind: 'credential', value: desk.idOf(product) },
      },
      {
        ...common,
        kind: 'jwt',
        credential: desk.sign(of, { jti: `${role}-${id}` }),
        revocation: { kind: 'credential', value: `jti_${role}-${id}` },
      },
    )
  }
  const nobody = caller('unknown')
  const unknown = {
    caller: nobody,
    tool: 'get_note',
    role: 'unknown' as const,
    revocation: { kind: 'credential' as const, value: 'none' },
  }
  const forged = { iss: issuer.issuer, sub: nobody.subject, exp: Math.floor(Date.now() / 1_000) + 600 }
  const counted = caller('counted')
  const spent = caller('spent')
  return [
    ...probes,
    { ...unknown, kind: 'token', credential: `fleet_pat_${'a'.repeat(43)}` },
    { ...unknown, kind: 'product bearer', credential: 'prd_nobody' },
    { ...unknown, kind: 'jwt', credential: issuer.sign({ key: createKey('key-1'), claims: forged }) },
    limited(counted, 'get_counted', 'good', desk),
    limited(spent, 'get_few', 'spent', desk),
  ]
}

function limited(caller: Caller, tool: string, role: Probe['role'], desk: Desk): Probe {
  const credential = productCredential(caller)
  const revocation = { kind: 'credential', value: desk.idOf(credential) } as const
  return { kind: 'limits', caller, tool, credential, role, revocation }
}

/** Has every credential accepted on every node, and the limit used up. */
export async function warmUp(probes: readonly Probe[], nodes: readonly FleetNode[]): Promise<void> {
  const [first] = nodes
  if (first === undefined) throw new Error('no node')
  for (const probe of probes) {
    if (probe.role === 'unknown') continue
    const marker = markerOf(probe.caller, 'warm')
    const all = probe.role === 'spent' ? Array.from({ length: FEW }, () => first) : nodes
    for (const node of all) {
      const answer = await node.call(probe.credential, probe.tool, { marker })
      if (!isAccepted(answer)) throw new Error(`${probe.kind} ${probe.role}: ${JSON.stringify(answer)}`)
    }
  }
}

import { hash } from 'node:crypto'
import type { Tool } from '../catalogue/tool.ts'
import { limitIdentity } from '../config/limit-identity.ts'
import type { LimitConfig } from '../config/schema.ts'
import type { Allowance } from '../store/counter.ts'
import { matchToolName } from './match-tool-name.ts'

/** One number of the configuration's `limits`, ready to be asked. A limit with `rate` and `budget` is two. */
export interface CompiledLimit {
  readonly kind: 'rate' | 'budget'
  readonly per: LimitConfig['per']
  /** Start of its counters' keys: stays the same when the limit is moved, lowered or raised. */
  readonly id: string
  /** What headers call it, `principal-write-min`; unique among the limits of a configuration. */
  readonly name: string
  readonly allowance: Allowance
  /** For messages, after `at most`: `60 calls to write tools per minute with one credential`. */
  readonly description: string
  readonly coversTool: (tool: Tool) => boolean
  readonly coversScheme: (scheme: string) => boolean
}

/** Compiles one entry of `limits`. */
export function compileLimit(limit: LimitConfig): readonly CompiledLimit[] {
  const tiers = limit.tier === undefined ? undefined : [limit.tier].flat()
  const schemes = limit.scheme === undefined ? undefined : [limit.scheme].flat()
  const matchesName = matchToolName(limit.tool)
  return (['rate', 'budget'] as const).flatMap(kind => {
    const quota = limit[kind]
    if (quota === undefined) return []
    const id = hash('sha256', limitIdentity(limit, kind), 'base64url').slice(0, 12)
    return Object.freeze({
      kind,
      per: limit.per,
      id,
      name: nameOf(limit, kind, quota.unit, id),
      allowance: Object.freeze({
        quota: quota.amount,
        window: quota.window,
        burst: kind === 'rate' ? limit.burst : undefined,
      }),
      description: describe(limit, kind),
      coversTool: (tool: Tool) =>
        (tiers === undefined || tiers.includes(tool.tier)) && matchesName(tool.name),
      coversScheme: (scheme: string) => schemes === undefined || schemes.some(each => each === scheme),
    })
  })
}

function nameOf(limit: LimitConfig, kind: CompiledLimit['kind'], unit: QuotaUnit, id: string): string {
  const { per, tier, tool, scheme, burst } = limit
  const form = kind === 'budget' ? 'budget' : burst === undefined ? [] : 'bucket'
  const name = [per, tier ?? [], scheme ?? [], tool ?? [], form, unit].flat().join('-')
  return name.length <= LONGEST_NAME ? name : `${per}-${id}`
}

const LONGEST_NAME = 64

type QuotaUnit = NonNullable<LimitConfig['rate']>['unit']

const UNITS: Readonly<Record<QuotaUnit, string>> = { s: 'second', min: 'minute', h: 'hour', day: '24 hours' }

/** Whom the count is for, or shared with. */
const WHOSE: Readonly<Record<LimitConfig['per'], string>> = {
  principal: 'with one credential',
  subject: 'for one user',
  organization: 'for one organization',
  client: 'for one client',
  tool: 'to this tool, by all callers together',
  server: 'to this server, by all callers together',
}

function describe(
  { per, tier, tool, rate, burst, budget }: LimitConfig,
  kind: CompiledLimit['kind'],
): string {
  const tiers = tier === undefined ? '' : `to ${[tier].flat().join(' or ')} tools `
  const kinds = tool === undefined || per === 'tool' ? '' : 'to tools like this one '
  const which = tiers === '' ? kinds : tiers
  if (kind === 'budget') {
    return `calls ${which}that cost ${budget?.amount} per ${UNITS[budget?.unit ?? 'day']} ${WHOSE[per]}`
  }
  const calls = `${rate?.amount} call${rate?.amount === 1 ? '' : 's'} ${which}per ${UNITS[rate?.unit ?? 'min']}`
  return burst === undefined ? `${calls} ${WHOSE[per]}` : `${calls}, ${burst} of them at once, ${WHOSE[per]}`
}

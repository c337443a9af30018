import type { EntitlementsConfig } from '../../config/schema.ts'
import { type Answer, compileClaim } from '../claim.ts'
import { claimedList, isClaimedText } from '../claimed-value.ts'

/** What the product says that a caller may. Frozen lists. */
export interface Entitlements {
  /** Undefined where flags are not asked for. */
  readonly flags: readonly string[] | undefined
  /** Undefined where roles are not asked for. */
  readonly roles: readonly string[] | undefined
}

/** Where the configuration says that they are. */
export type EntitlementPlaces = Pick<EntitlementsConfig, 'flags' | 'roles'>

/**
 * Compiles the function that reads flags and roles out of the body of a 2xx answer.
 *
 * Flags are a list of names, or an object whose members with the value `true` are those that are on; only own members
 * count. Where they should be must be something: an answer without them, as of an API that has changed, must not pass
 * for one that says "none". Roles may be missing, as of somebody who has none, but only where the answer is a JSON object
 * or list at all: a page of a proxy says nothing of anybody.
 *
 * @returns undefined for an answer that can't be understood, wholly: half of it could be the wrong half
 */
export function createEntitlementReader({
  flags,
  roles,
}: EntitlementPlaces): (body: unknown) => Entitlements | undefined {
  const [flagsIn, rolesIn] = [compilePlace(flags), compilePlace(roles)]
  return body => {
    if (typeof body !== 'object' || body === null) return undefined
    const answer: Answer = { body }
    try {
      const found = { flags: flagsIn && names(switchedOn(flagsIn(answer))), roles: undefined }
      if (rolesIn === undefined) return found
      return { ...found, roles: names(rolesIn(answer) ?? []) }
    } catch {
      // The reason is not said: its words may quote the answer.
      return undefined
    }
  }
}

function compilePlace(place: string | undefined): ((answer: Answer) => unknown) | undefined {
  return place === undefined ? undefined : compileClaim(place)
}

/** The names of an object's members that are exactly true; anything else as it is. */
function switchedOn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const on = Object.entries(value).filter(([, isOn]) => isOn === true)
  return on.map(([name]) => name)
}

function names(value: unknown): readonly string[] {
  const list = claimedList(value)
  if (list === undefined) throw new Error('no list of names')
  const texts = list.filter(isClaimedText)
  if (texts.length < list.length) throw new Error('the names are not all texts')
  return Object.freeze([...new Set(texts)].sort())
}

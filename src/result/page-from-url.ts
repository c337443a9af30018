import type { PageArgument } from '../catalogue/answer-plan.ts'
import type { JsonObject } from '../catalogue/tool.ts'

/**
 * The arguments that make the call which a URL stands for, as far as they are about pages; undefined where it
 * leads elsewhere or nothing differs from the call before.
 *
 * It has to end in the same segment of the path: APIs write their own names for a thing (`/repositories/7/issues` for
 * `/repos/acme/site/issues`) and for themselves (their public address, where the gateway asks an internal one).
 * Nothing else of the URL is used, so that an answer can't lead a caller to another place, nor change what was asked
 * for.
 *
 * @param url - the call that answered, absolute
 * @param byParameter - arguments about pages by their name in a URL
 */
export function pageFromUrl(
  target: string,
  url: string,
  byParameter: ReadonlyMap<string, PageArgument>,
  args: JsonObject,
): JsonObject | undefined {
  if (target.length > LONGEST || !URL.canParse(target, url)) return undefined
  const [next, last] = [new URL(target, url), new URL(url)]
  if (!/^https?:$/.test(next.protocol) || lastSegment(next) !== lastSegment(last)) return undefined
  const changes: JsonObject = {}
  for (const [parameter, { argument, isNumber }] of byParameter) {
    const values = next.searchParams.getAll(parameter)
    const [value] = values
    if (value === undefined || values.length > 1 || (isNumber && !/^\d{1,15}$/.test(value))) continue
    const given = Object.hasOwn(args, argument) ? args[argument] : undefined
    if (String(given) !== value) changes[argument] = isNumber ? Number(value) : value
  }
  return Object.keys(changes).length > 0 ? changes : undefined
}

const LONGEST = 16_384

function lastSegment({ pathname }: URL): string | undefined {
  return pathname.replace(/\/+$/, '').split('/').at(-1)
}

import type { RequestPlan } from '../../catalogue/tool.ts'
import { isMethodOverride } from '../method-override.ts'
import { decodeQueryName, foldQueryName } from '../query-name.ts'

/**
 * Which free names of a form or multipart body are refused: those that ask for another method, and those of the
 * operation's own parameters, since many frameworks keep path, query and body in one bag and let the body win.
 */
export function refusedKey({ path, query, headers, cookies }: RequestPlan): (key: string) => boolean {
  const parts = [...path, ...query, ...headers, ...cookies]
  const names = new Set(parts.flatMap(part => (typeof part === 'string' ? [] : [foldQueryName(part.name)])))
  return key => {
    const decoded = decodeQueryName(key)
    return (
      isMethodOverride(decoded) ||
      names.has(foldQueryName(decoded)) ||
      names.has(foldQueryName(decoded.split('[', 1)[0] ?? ''))
    )
  }
}

import type { NamedArgument } from './argument.ts'

/** Methods for which an absent filter can do no harm. */
const SAFE = new Set(['GET', 'HEAD', 'QUERY'])

/**
 * Makes the judge of which values that a schema refuses may be left out instead, because that is what they mean:
 * null, for an optional parameter or a member of a body that creates something; and an empty text or `"null"`, for
 * an optional parameter of an operation that only reads. Elsewhere they could mean to empty a field, or their
 * absence would widen what the operation does.
 */
export function mayDrop(
  args: readonly NamedArgument[],
  method: string,
): (path: readonly string[], value: unknown) => boolean {
  const byName = new Map(args.map(argument => [argument.argument, argument]))
  return ([name = '', ...inner], value) => {
    const argument = byName.get(name)
    if (argument === undefined || (inner.length === 0 && argument.required)) return false
    if (argument.location === 'body') return value === null && (method === 'POST' || SAFE.has(method))
    if (inner.length > 0) return false
    return value === null || ((value === '' || value === 'null') && SAFE.has(method))
  }
}

import type { DescribeOptions } from './describe-options.ts'

/** Whether the value at a path must not be shown. */
export function isHiddenAt(
  path: readonly string[],
  { isSensitive }: Pick<DescribeOptions, 'isSensitive'>,
): boolean {
  return isSensitive(path.map(part => (/^\d+$/.test(part) ? '*' : part)))
}

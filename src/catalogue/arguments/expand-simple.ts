import type { ParameterPlan } from '../tool.ts'

/**
 * An argument as RFC 6570 knows values: a text, a list or an associative array; already text, not yet encoded,
 * well-formed and without NUL.
 */
export type ParameterValue =
  | string
  | readonly string[]
  | { readonly pairs: readonly (readonly [string, string])[] }

/**
 * Expands a value in the styles of paths and headers: `simple`, `label` and `matrix` (OpenAPI 3.1 "Style
 * Values"; RFC 6570 3.2.2, 3.2.5 and 3.2.7), and the delimited ones that Swagger 2.0 has there too. Where OpenAPI's older example table differs from the RFC (label
 * without explode), the RFC is right and OpenAPI 3.1.1 says so too.
 */
export function expandSimple(
  parameter: ParameterPlan,
  value: ParameterValue,
  encode: (text: string) => string,
): string {
  const { style, explode } = parameter
  const first = FIRST[style] ?? ''
  const name = style === 'matrix' ? `${encode(parameter.name)}=` : ''
  if (typeof value === 'string') return first + name + encode(value)
  const delimiter = DELIMITERS[style]
  const separator = delimiter === undefined ? (explode && first) || ',' : encode(delimiter)
  if ('pairs' in value) {
    const parts = value.pairs.map(([key, item]) => `${encode(key)}${explode ? '=' : ','}${encode(item)}`)
    return first + (explode ? '' : name) + parts.join(separator)
  }
  const items = explode ? value.map(item => name + encode(item)) : value.map(encode)
  return first + (explode ? '' : name) + items.join(separator)
}

const FIRST: Readonly<Record<string, string>> = { label: '.', matrix: ';' }

/** What stands between the items of a list in the styles that are named after it. */
export const DELIMITERS: Readonly<Record<string, string>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
}

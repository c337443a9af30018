/**
 * Whether a parameter's value holds lists or objects within its list or object. No style but `deepObject` has a form
 * for these (OpenAPI 3.1.1 "Undefined Values and Non-RFC6570 Behaviors"), so such a value is written as JSON, as if
 * `content` said so: that is what most APIs that have such parameters read.
 */
export function isNested(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(item => typeof item === 'object' && item !== null)
}

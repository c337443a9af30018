import type { ErrorObject } from 'ajv/dist/2020.js'

/** Longer names are cut where a problem is shown. */
const MAX_NAME = 200

/** The names and indexes that lead to where an error is. */
export function pathOf({ instancePath }: ErrorObject): readonly string[] {
  return instancePath.split('/').slice(1).map(unescapePointer)
}

/** Path parts as a JSON pointer (RFC 6901). */
export function pointerOf(path: readonly string[]): string {
  return path.map(part => `/${part.slice(0, MAX_NAME).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

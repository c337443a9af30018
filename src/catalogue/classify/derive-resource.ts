import { words } from '../naming/words.ts'
import { ACTION_VERBS, READ_SEGMENTS } from './action-verbs.ts'

const MAX_LENGTH = 48

/**
 * What an operation acts on, as the second half of a scope: the slug of its first tag, else of the path's last
 * collection (a literal before a parameter, or a plural at the end), else of its first telling segment.
 */
export function deriveResource(tags: readonly string[], path: string): string {
  for (const tag of tags.slice(0, 1)) {
    const slug = words(tag).join('_').slice(0, MAX_LENGTH)
    if (slug !== '') return slug
  }
  const segments = path.split('/').filter(segment => segment !== '')
  const telling = (segment: string) =>
    /^[^{}]+$/.test(segment) && !/^(?:api|rest|v?\d+(?:\.\d+)*)$/i.test(segment)
  for (const [index, segment] of [...segments.entries()].reverse()) {
    const slug = words(segment).join('_')
    if (!telling(segment) || slug === '') continue
    const isAction = ACTION_VERBS.has(slug) || READ_SEGMENTS.has(slug)
    const before = segments[index + 1]?.startsWith('{') === true
    if (before || (index === segments.length - 1 && slug.endsWith('s') && !isAction))
      return slug.slice(0, MAX_LENGTH)
  }
  const first = segments.find(segment => telling(segment) && words(segment).length > 0)
  return words(first ?? 'root')
    .join('_')
    .slice(0, MAX_LENGTH)
}

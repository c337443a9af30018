import type { Selector } from '../../config/schema.ts'
import type { OperationSource } from '../tool.ts'

/** Says whether an operation is selected. */
export type MatchSelector = (operation: OperationSource) => boolean

/**
 * Compiles a selector of the configuration; all members that are given must match. In `tag` and `operation`, `*`
 * stands for any characters. In `path`, `*` stays within a segment and `**` is any number of whole segments, none
 * included: `/contacts/**` matches `/contacts` too.
 */
export function compileSelector(selector: Selector): MatchSelector {
  const tag = selector.tag === undefined ? undefined : globOf(selector.tag)
  const operationId = selector.operation === undefined ? undefined : globOf(selector.operation)
  const path = selector.path === undefined ? undefined : pathGlobOf(selector.path)
  return operation => {
    if (selector.method !== undefined && selector.method !== operation.method) return false
    if (selector.deprecated !== undefined && selector.deprecated !== operation.deprecated) return false
    if (tag !== undefined && !tagsOf(operation).some(name => tag.test(name))) return false
    if (path !== undefined && !path.test(operation.path)) return false
    return operationId === undefined || operationId.test(operation.operationId ?? '')
  }
}

/** Who selects a tag means those below it too. */
function tagsOf({ tags, ancestorTags }: OperationSource): readonly string[] {
  return ancestorTags === undefined ? tags : [...tags, ...ancestorTags]
}

function globOf(glob: string): RegExp {
  return new RegExp(`^${glob.split(/\*+/).map(escapeLiteral).join('.*')}$`, 's')
}

function pathGlobOf(glob: string): RegExp {
  const pattern = glob.split('/').map((segment, index) => {
    if (segment === '**') return index === 0 ? '.*' : '(?:/.*)?'
    const text = segment.split(/\*+/).map(escapeLiteral).join('[^/]*')
    return index === 0 ? text : `/${text}`
  })
  return new RegExp(`^${pattern.join('')}$`, 's')
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

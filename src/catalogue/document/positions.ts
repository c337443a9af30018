import { isJsonObject } from '../is-json-object.ts'
import { SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS } from '../schema/subschemas.ts'
import type { JsonObject } from '../tool.ts'

/** What a value of a document is, by where it stands; only such values hold references that mean something. */
export type Position =
  | 'document'
  | 'components'
  | 'paths'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'requestBody'
  | 'responses'
  | 'response'
  | 'mediaType'
  | 'encoding'
  | 'header'
  | 'link'
  | 'securityScheme'
  | 'schema'

type Member = readonly [key: string, holds: 'one' | 'list' | 'map', position: Position]

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const

const SCHEMA_MEMBERS: readonly Member[] = [
  ...SCHEMA_KEYWORDS.map(key => [key, 'one', 'schema'] as const),
  ...SCHEMA_LIST_KEYWORDS.map(key => [key, 'list', 'schema'] as const),
  ...SCHEMA_MAP_KEYWORDS.map(key => [key, 'map', 'schema'] as const),
]

/** OpenAPI 2.0 to 3.2 together; what isn't listed here (examples, defaults, extensions, callbacks) is data. */
const MEMBERS: Readonly<Record<Position, readonly Member[]>> = {
  document: [
    ['paths', 'one', 'paths'],
    ['components', 'one', 'components'],
    ['securityDefinitions', 'map', 'securityScheme'],
  ],
  components: [['securitySchemes', 'map', 'securityScheme']],
  paths: [],
  pathItem: [
    ['parameters', 'list', 'parameter'],
    ...METHODS.map(method => [method, 'one', 'operation'] as const),
    ['additionalOperations', 'map', 'operation'],
  ],
  operation: [
    ['parameters', 'list', 'parameter'],
    ['requestBody', 'one', 'requestBody'],
    ['responses', 'one', 'responses'],
  ],
  parameter: [
    ['schema', 'one', 'schema'],
    ['items', 'one', 'schema'],
    ['content', 'map', 'mediaType'],
  ],
  requestBody: [['content', 'map', 'mediaType']],
  responses: [],
  response: [
    ['schema', 'one', 'schema'],
    ['content', 'map', 'mediaType'],
    ['headers', 'map', 'header'],
    ['links', 'map', 'link'],
  ],
  mediaType: [
    ['schema', 'one', 'schema'],
    ['itemSchema', 'one', 'schema'],
    ['encoding', 'map', 'encoding'],
    ['prefixEncoding', 'list', 'encoding'],
    ['itemEncoding', 'one', 'encoding'],
  ],
  encoding: [
    ['headers', 'map', 'header'],
    ['encoding', 'map', 'encoding'],
    ['prefixEncoding', 'list', 'encoding'],
    ['itemEncoding', 'one', 'encoding'],
  ],
  header: [
    ['schema', 'one', 'schema'],
    ['items', 'one', 'schema'],
    ['content', 'map', 'mediaType'],
  ],
  link: [],
  securityScheme: [],
  schema: SCHEMA_MEMBERS,
}

/** Objects that are nothing but a map of names, extensions aside. */
const MAPS: Partial<Record<Position, Position>> = { paths: 'pathItem', responses: 'response' }

/**
 * Hands over the values directly inside one that may hold references, each with what it is. A property that is
 * called `example` or `$ref` is a schema like any other; an `example` beside `properties` is data, and not given.
 */
export function eachMember(
  value: JsonObject,
  position: Position,
  give: (member: unknown, position: Position) => void,
): void {
  const inner = MAPS[position]
  if (inner !== undefined) {
    for (const key in value) if (!key.startsWith('x-')) give(value[key], inner)
    return
  }
  for (const [key, holds, own] of MEMBERS[position]) {
    const member = value[key]
    if (typeof member !== 'object' || member === null) continue
    if (holds === 'one' && !Array.isArray(member)) give(member, own)
    else if (Array.isArray(member)) for (const each of member) give(each, own)
    else if (holds === 'map' && isJsonObject(member)) for (const key in member) give(member[key], own)
  }
}

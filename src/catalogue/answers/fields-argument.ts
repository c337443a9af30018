import type { ArgumentSource } from '../arguments/argument.ts'
import type { ResolveReference } from '../document/resolve-reference.ts'
import type { DocumentedAnswer } from './answer-members.ts'
import { answerMembers } from './answer-members.ts'

/** The API's own ways to ask for some members only: `fields`, `opt_fields`, `$select`, JSON:API's `fields[type]`. */
const OWN =
  /^(?:opt_?fields|fields?|\$?select|include_?fields|fields\[.*\]|_?fields|\$fields|attributes|fl)$/i
const MOST_PATHS = 100
const LONGEST_PATH = 200
const MOST_EXAMPLES = 3

/** Whether a query parameter chooses the members of the answer. */
export function isFieldsParameter({ location, wire }: Pick<ArgumentSource, 'location' | 'wire'>): boolean {
  return location === 'query' && OWN.test(wire)
}

/**
 * The argument with which callers choose members of a JSON answer at the gateway. Undefined where the answer is
 * no JSON or the API has a parameter of its own for it, which saves the backend the work too.
 */
export function fieldsArgument(
  sources: readonly ArgumentSource[],
  answer: DocumentedAnswer,
  resolveReference: ResolveReference,
): ArgumentSource | undefined {
  if (!answer.isJson || sources.some(isFieldsParameter)) return undefined
  const names = answerMembers(answer.schema, resolveReference)
    .filter(path => path.length === 1)
    .flat()
  const example = names.length > 0 ? names.slice(0, MOST_EXAMPLES) : ['id', 'items.*.name']
  return {
    location: 'gateway',
    wire: 'fields',
    required: false,
    schemas: [
      {
        type: 'array',
        maxItems: MOST_PATHS,
        items: { type: 'string', minLength: 1, maxLength: LONGEST_PATH },
      },
    ],
    notes: {
      description:
        'Return only these members of the answer, to keep it short: dotted paths, `*` for any item, like `items.*.id`.',
      example,
    },
    plan: undefined,
  }
}

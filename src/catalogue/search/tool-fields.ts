import type { BodyPlan, RequestPlan, Tool } from '../tool.ts'
import type { Field } from './bm25-index.ts'
import { searchTerms } from './search-terms.ts'

/** What an occurrence in each text counts, and how many terms such a text usually has. */
const FIELDS = {
  /** The tool's name and the document's operationId, a word that is in both once. */
  name: { weight: 4, usualLength: 5 },
  title: { weight: 4, usualLength: 4 },
  /** Tags and the resource. */
  subject: { weight: 2, usualLength: 2 },
  /** Without its variables. */
  path: { weight: 1.5, usualLength: 4 },
  description: { weight: 1, usualLength: 30 },
  /** Names of the arguments. */
  argument: { weight: 0.5, usualLength: 6 },
} as const satisfies Record<string, Omit<Field, 'terms'>>

/** Most of a description that is indexed, in characters; what a tool does is said at its start. */
const MAX_DESCRIPTION = 600
/** Most of any other text. */
const MAX_TEXT = 512

/**
 * The texts of a tool that a search looks in, with their weights. Takes nothing that would have to be compiled,
 * so that indexing a large document stays fast: arguments are read off the request plan, without the bound ones.
 */
export function toolFields(tool: Tool): readonly Field[] {
  const { operation, plan, bind } = tool
  const names = [...new Set([...terms(tool.name), ...terms(operation.operationId)])]
  const tags = [...operation.tags, ...(operation.ancestorTags ?? [])]
  const subject = [...new Set([...tags, tool.resource].flatMap(terms))]
  const args = [
    ...new Set(
      argumentNames(plan)
        .filter(name => !bind.has(name))
        .flatMap(terms),
    ),
  ]
  return [
    { terms: names, ...FIELDS.name },
    { terms: [...new Set(terms(tool.title))], ...FIELDS.title },
    { terms: subject, ...FIELDS.subject },
    { terms: [...new Set(terms(operation.path.replace(/\{[^{}]*\}/g, ' ')))], ...FIELDS.path },
    { terms: searchTerms(tool.description.slice(0, MAX_DESCRIPTION)), ...FIELDS.description },
    { terms: args, ...FIELDS.argument },
  ]
}

function terms(text: string | undefined): readonly string[] {
  return text === undefined ? [] : searchTerms(text.slice(0, MAX_TEXT))
}

function argumentNames({ path, query, headers, cookies, body }: RequestPlan): readonly string[] {
  const inPath = path.filter(part => typeof part !== 'string')
  const parameters = [...inPath, ...query, ...headers, ...cookies].map(({ argument }) => argument)
  return [...parameters, ...(body === undefined ? [] : bodyArguments(body))]
}

/** By what it has, not by its kind: a kind that is added later is searched as far as it is like the others. */
function bodyArguments(body: BodyPlan): readonly string[] {
  if ('properties' in body) return [...body.properties.values()]
  if ('fields' in body) return body.fields.map(({ argument }) => argument)
  if ('parts' in body) return body.parts.map(({ argument }) => argument)
  return [body.argument]
}

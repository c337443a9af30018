import type { NamedArgument } from '../arguments/argument.ts'
import { valueShape } from '../bodies/value-shape.ts'
import type { RuleOutcome } from '../classify/apply-rules.ts'
import type { DocumentContext } from '../document/document-context.ts'
import type { PathParameter } from '../paths/parse-path.ts'
import type { Hints, OperationSource } from '../tool.ts'
import { readUriTemplate, templateVariables, type UriTemplate, variableName } from './uri-template.ts'

/** How an operation is read as an MCP resource. */
export interface OfferedResource {
  readonly template: UriTemplate
  /** Variable of the template → the argument that it stands for. */
  readonly variables: ReadonlyMap<string, ResourceVariable>
}

/** What a variable of a URI template stands for. */
export interface ResourceVariable {
  readonly argument: string
  /** Whether the argument is a list, whose items are parted by commas (RFC 6570 section 3.2.8). */
  readonly isList: boolean
}

/** What a resource is made from. */
export interface ResourceSource {
  readonly context: DocumentContext
  readonly source: OperationSource
  readonly path: readonly (string | PathParameter)[]
  readonly hints: Hints
  readonly rules: RuleOutcome
  /** Arguments that callers give. */
  readonly open: readonly NamedArgument[]
}

/** A resource, or why the operation can't be one and what to do. */
export type ResourceOffer =
  | { readonly resource: OfferedResource }
  | { readonly message: string; readonly fix: string; readonly isAboutUri: boolean }

/**
 * Makes the URI, or URI template, of an operation that a rule exposes as a resource: the rule's own, or one that
 * follows from the configuration's name, the API's and the path, `acme://billing/v1/invoices/{id}{?status}`. What the
 * configuration binds has no place in a URI: where a bound parameter stands in the path, the URI has `-`.
 */
export function offerResource(from: ResourceSource): ResourceOffer {
  const { source, hints, rules, open } = from
  const what = `${source.method} ${source.path}`
  if (source.method !== 'GET') {
    return cannot(
      `${what} is matched, and only GET can be read as a resource`,
      'add `method: GET` to `match`',
    )
  }
  if (!hints.readOnly) {
    const fix = 'match other operations, or say `tier: read` if it has no effect'
    return cannot(`${what} seems to have an effect, and clients read resources unasked`, fix)
  }
  if ((rules.confirm?.value ?? false) !== false || rules.ask !== undefined) {
    return cannot(
      `before ${what} the user is asked, and nobody is asked when a client reads`,
      'expose it as a tool',
    )
  }
  const missing = open.find(argument => argument.required && !isText(argument, from))
  if (missing !== undefined) {
    const fix = 'match other operations; this one can only be a tool'
    return cannot(`${what} needs ${missing.argument}, which can’t be written in a URI`, fix)
  }
  const read = readUriTemplate(rules.uri ?? derivedUri(from))
  if (!('template' in read)) return { ...read, isAboutUri: true }
  return rules.uri === undefined ? offered(read.template, from) : checked(read.template, from)
}

function cannot(message: string, fix: string): ResourceOffer {
  return { message, fix, isAboutUri: false }
}

/** An author's template: every variable is an argument, and every argument that is required has its variable. */
function checked(template: UriTemplate, from: ResourceSource): ResourceOffer {
  const named = namedArguments(from)
  const names = [...named.keys()]
  const odd = templateVariables(template).find(name => !named.has(name))
  if (odd !== undefined) {
    const fix =
      names.length === 0 ? 'it takes none; write the URI without' : `write one of ${names.join(', ')}`
    return { message: `the operation takes no ${odd} from callers`, fix, isAboutUri: true }
  }
  const used = new Set(templateVariables(template))
  const missing = names.find(name => named.get(name)?.required === true && !used.has(name))
  if (missing !== undefined) {
    const fix = `write {${missing}} in it`
    return { message: `the operation needs ${missing}, which the URI does not have`, fix, isAboutUri: true }
  }
  return offered(template, from)
}

function offered(template: UriTemplate, from: ResourceSource): ResourceOffer {
  const named = namedArguments(from)
  const variables = templateVariables(template).flatMap((name): [string, ResourceVariable][] => {
    const argument = named.get(name)
    return argument === undefined
      ? []
      : [[name, { argument: argument.argument, isList: isList(argument, from) }]]
  })
  return { resource: Object.freeze({ template, variables: new Map(variables) }) }
}

/** Arguments that a URI can hold, by the variable that stands for each. */
function namedArguments(from: ResourceSource): ReadonlyMap<string, NamedArgument> {
  const named = new Map<string, NamedArgument>()
  for (const argument of from.open) {
    if (!isText(argument, from)) continue
    let name = variableName(argument.argument)
    for (let count = 2; named.has(name); count++) name = `${variableName(argument.argument)}_${count}`
    named.set(name, argument)
  }
  return named
}

function derivedUri(from: ResourceSource): string {
  const { context, path } = from
  const named = [...namedArguments(from)]
  const nameOf = (wire: string) =>
    named.find(([, { location, wire: own }]) => location === 'path' && own === wire)?.[0]
  const text = path.map(part => {
    if (typeof part === 'string') return encodeLiteral(part)
    const name = nameOf(part.parameter)
    return name === undefined ? '-' : `{${name}}`
  })
  const query = named.filter(
    ([, { location, required }]) => location === 'query' || (required && location !== 'path'),
  )
  const names = query.map(([name]) => name)
  return `${context.api.tools.uriScheme ?? 'postern'}://${context.api.name}${text.join('')}${names.length === 0 ? '' : `{?${names.join(',')}}`}`
}

/** The path as the document has it, percent-encoded where RFC 3986 asks for it. */
function encodeLiteral(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/-]/gu, piece =>
    piece.startsWith('%') && piece.length === 3
      ? piece.toUpperCase()
      : encodeURIComponent(piece.toWellFormed()),
  )
}

function isText(argument: NamedArgument, { context }: ResourceSource): boolean {
  const { location, plan, schemas } = argument
  if (location === 'body' || location === 'gateway' || location === 'querystring') return false
  if (plan?.json === true) return false
  const { objects, lists, scalars, nested } = valueShape(context.resolveReference, schemas)
  return !nested && (scalars || lists || !objects)
}

function isList({ schemas }: NamedArgument, { context }: ResourceSource): boolean {
  const { lists, scalars } = valueShape(context.resolveReference, schemas)
  return lists && !scalars
}

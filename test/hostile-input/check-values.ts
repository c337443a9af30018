import type { JsonObject } from '../../src/catalogue/tool.ts'
import { isMeant, unwrapped } from './is-meant.ts'
import type { Operation, Parameter } from './operations.ts'
import type { Recorded } from './recording-backend.ts'

/**
 * Checks that a request says what the arguments say: texts, numbers and booleans arrive as they were given or as
 * they must have been meant, the body holds the arguments and nothing else. What the configuration binds is checked
 * elsewhere.
 *
 * @throws Error
 */
export function checkValues(request: Recorded, operation: Operation, given: JsonObject): void {
  const known = [
    ...operation.parameters.map(({ name }) => name),
    ...Object.keys(Object(operation.body?.properties)),
  ]
  const isWrapped = !known
    .concat(operation.bodyKind === 'argument' ? 'body' : [])
    .includes(Object.keys(given)[0] ?? '')
  checkMeant(request, operation, isWrapped ? unwrapped(given) : given)
}

function checkMeant(request: Recorded, operation: Operation, args: JsonObject): void {
  for (const parameter of operation.parameters) {
    const given = Object.hasOwn(args, parameter.name) ? args[parameter.name] : undefined
    if (!isScalar(given) || parameter.json || operation.bound?.includes(parameter.name)) continue
    const arrived = arrivedAt(parameter, request, operation)
    if (arrived !== undefined && !isMeant(arrived, String(given)) && !/^\s*[[{]/.test(String(given))) {
      throw new Error(`${parameter.name} arrived as ${JSON.stringify(arrived)}: ${JSON.stringify(request)}`)
    }
  }
  if (operation.bodyKind === 'argument') {
    const isSame = request.body === JSON.stringify(args.body)
    const isLeftOut = request.body === '' && args.body === null
    if (!isSame && !isLeftOut && !isMeant(JSON.parse(request.body), args.body))
      throw new Error(`another body: ${request.body}`)
  } else if (operation.bodyKind === 'properties') checkProperties(request, operation, args)
}

function checkProperties(request: Recorded, { body, bound }: Operation, args: JsonObject): void {
  const sent: JsonObject = JSON.parse(request.body)
  const known = Object(body?.properties)
  for (const [name, value] of Object.entries(sent)) {
    if (!Object.hasOwn(known, name)) throw new Error(`the body has ${name}: ${request.body}`)
    // Two names differ from those of their arguments; the others are the same.
    const isSame = Object.hasOwn(args, name) && name !== 'dry' && !bound?.includes(name)
    if (isSame && !isMeant(value, args[name])) {
      throw new Error(`${name} was changed: ${request.body}`)
    }
  }
}

/** The parameter's text in the request; undefined where it does not stand alone. */
function arrivedAt({ name, in: location, style }: Parameter, request: Recorded, operation: Operation) {
  if (location === 'header') {
    const index = request.rawHeaders.findIndex(
      (text, at) => at % 2 === 0 && text.toLowerCase() === name.toLowerCase(),
    )
    return index === -1 ? undefined : request.rawHeaders[index + 1]
  }
  const url = new URL(request.url, 'http://backend')
  if (location === 'query') return url.searchParams.get(name) ?? undefined
  const place = operation.path.split('/').indexOf(`{${name}}`)
  // The base path is one segment.
  const segment = request.url.split('?')[0]?.split('/')[place + 1]
  return place === -1 || style !== undefined || segment === undefined
    ? undefined
    : decodeURIComponent(segment)
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

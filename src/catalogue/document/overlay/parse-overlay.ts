import { configurationInvalid } from '../../../config/problem.ts'
import { PosternError } from '../../../errors.ts'
import { isJsonObject } from '../../is-json-object.ts'
import type { JsonObject } from '../../tool.ts'
import { parseDocument } from '../parse-document.ts'
import { type JsonPath, parseJsonPath } from './json-path.ts'

/** An overlay document, checked. */
export interface Overlay {
  /** Absolute path, for messages. */
  readonly file: string
  readonly actions: readonly OverlayAction[]
}

/** One action; `remove` wins over the others (Overlay 1.1 "Action Object"). */
export interface OverlayAction {
  /** As written. */
  readonly target: string
  readonly path: JsonPath
  readonly change:
    | { readonly kind: 'remove' }
    | { readonly kind: 'update'; readonly value: unknown }
    | { readonly kind: 'copy'; readonly from: JsonPath }
}

interface Mistake {
  readonly path: string
  readonly message: string
  readonly fix: string
}

/**
 * Reads an OpenAPI Overlay document, version 1.0 or 1.1.
 *
 * @param file - absolute path, for messages
 * @throws PosternError `configuration_invalid` with everything that is wrong with it
 */
export function parseOverlay(text: string, file: string): Overlay {
  const document = read(text, file)
  const mistakes: Mistake[] = []
  if (!/^1\.[01](?:\.|$)/.test(version(document.overlay))) {
    const message = 'no OpenAPI Overlay of version 1.0 or 1.1'
    mistakes.push({ path: 'overlay', message, fix: 'start it with `overlay: 1.0.0`' })
  }
  const listed = Array.isArray(document.actions) ? document.actions : []
  if (listed.length === 0) {
    mistakes.push({ path: 'actions', message: 'there are none', fix: 'give a list of at least one action' })
  }
  const actions = listed.map((action, index) => readAction(action, `actions[${index}]`, mistakes))
  if (mistakes.length > 0) throw configurationInvalid(file, mistakes)
  return { file, actions: actions.filter(action => action !== undefined) }
}

function read(text: string, file: string): JsonObject {
  try {
    return parseDocument(text, file).document
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    const message = error.message.replace(`${file}: `, '').replace(/\.$/, '')
    throw configurationInvalid(file, [{ path: '', message, fix: 'write an OpenAPI Overlay in YAML or JSON' }])
  }
}

/** An unquoted 1.0 in YAML is the number 1. */
function version(value: unknown): string {
  return value === 1 ? '1.0' : String(value)
}

function readAction(action: unknown, at: string, mistakes: Mistake[]): OverlayAction | undefined {
  if (!isJsonObject(action) || typeof action.target !== 'string') {
    const fix = "write what it is about as a JSONPath, for example $.paths['/pets'].get"
    mistakes.push({ path: `${at}.target`, message: 'an action without a target', fix })
    return undefined
  }
  const path = readPath(action.target, `${at}.target`, mistakes)
  const change = readChange(action, at, mistakes)
  if (path === undefined || change === undefined) return undefined
  return { target: action.target, path, change }
}

function readChange(
  action: JsonObject,
  at: string,
  mistakes: Mistake[],
): OverlayAction['change'] | undefined {
  if (action.remove === true) return { kind: 'remove' }
  if (action.update !== undefined) return { kind: 'update', value: action.update }
  if (typeof action.copy === 'string') {
    const from = readPath(action.copy, `${at}.copy`, mistakes)
    return from === undefined ? undefined : { kind: 'copy', from }
  }
  const fix = 'give it `update`, `copy` or `remove: true`'
  mistakes.push({ path: at, message: 'an action that does nothing', fix })
  return undefined
}

function readPath(text: string, at: string, mistakes: Mistake[]): JsonPath | undefined {
  try {
    return parseJsonPath(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const fix = 'write a JSONPath (RFC 9535) without functions'
    mistakes.push({ path: at, message: `not a JSONPath: ${error.message}`, fix })
    return undefined
  }
}

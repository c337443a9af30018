import { ERRORS } from '../../src/errors.ts'

/** What no answer may show. */
export interface Hidden {
  readonly secrets: readonly string[]
  /** Host and port of the backend. */
  readonly backend: string
}

/** Codes that say that the gateway or the way to the backend failed, which nothing here may bring about. */
export const FAILURES =
  /^(?:internal_error|configuration_invalid|document_invalid|upstream_(?!redirect).*|store_unavailable|shutting_down)$/
const STACK = /\bat [^"\n]{1,200}:\d+:\d+\)?|node:internal|\/src\/|node_modules/

/** Checks the text of any answer. @throws Error */
export function checkText(text: string, { secrets, backend }: Hidden): void {
  for (const secret of secrets) if (text.includes(secret)) fail('a credential', text)
  if (text.includes(backend)) fail('the backend’s address', text)
  if (STACK.test(text)) fail('a stack', text)
}

/** Checks an answer of the MCP endpoint. @throws Error */
export function checkRpcAnswer(status: number, text: string, hidden: Hidden): void {
  checkText(text, hidden)
  if (status >= 500) fail(`the status ${status}`, text)
  if (status === 202 || status === 204) {
    if (text !== '') fail('a body', text)
    return
  }
  const value: unknown = JSON.parse(text)
  for (const message of Array.isArray(value) ? value : [value]) checkMessage(message, status, text)
}

/**
 * Checks any answer: of the MCP endpoint, of the pass-through (an API's own, or `{ "error": { "code" } }`), of the
 * server in front of both.
 *
 * @throws Error
 */
export function checkAnswer(status: number, text: string, hidden: Hidden): void {
  checkText(text, hidden)
  if (status >= 500) fail(`the status ${status}`, text)
  if (text === '') return
  // The connect page, which is the same for everybody.
  if (status === 200 && /^<!doctype html>.*<\/html>\s*$/s.test(text)) return
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value) || Object(value).jsonrpc !== undefined) {
    checkRpcAnswer(status, text, hidden)
    return
  }
  const { error, message } = Object(value)
  // The backend's own refusal goes through as it is.
  const isBackends = status === 422 && message === 'no'
  if (status >= 400 && !isBackends) checkCode(error?.code, text)
}

function checkMessage(message: unknown, status: number, text: string): void {
  const { jsonrpc, result, error } = Object(message)
  if (jsonrpc !== '2.0' || (result === undefined) === (error === undefined)) fail('no JSON-RPC', text)
  if (error === undefined) {
    if (status !== 200) fail(`a result with the status ${status}`, text)
    return
  }
  checkCode(error.data?.code, text)
  if (typeof error.code !== 'number' || typeof error.message !== 'string') fail('no JSON-RPC error', text)
}

function checkCode(code: unknown, text: string): void {
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) fail('an unknown code', text)
  if (FAILURES.test(code)) fail(`the code ${code}`, text)
}

function fail(what: string, text: string): never {
  throw new Error(`an answer has ${what}: ${text.slice(0, 3000)}`)
}

import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/client'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import { printable } from '../printable.ts'

/** The person at the terminal. */
export interface Terminal {
  readonly write: (text: string) => void
  /** The next line that they type; undefined: they give none any more (Ctrl-C, Ctrl-D). */
  readonly readLine: (prompt: string) => Promise<string | undefined>
}

/**
 * Puts a question of a server to the person at the terminal (elicitation in form mode, MCP 2026-07-28 client/elicitation):
 * yes or no, then each field. Whatever the server says is marked as its word and holds no escape codes. Without a
 * clear answer nothing is accepted.
 */
export async function askPerson(params: ElicitRequestParams, terminal: Terminal): Promise<ElicitResult> {
  if (params.mode === 'url') return { action: 'cancel' }
  const { properties, required = [] } = params.requestedSchema
  const lines = params.message.split(/\r?\n/).map(line => `  | ${printable(line)}\n`)
  terminal.write(`The server asks you:\n${lines.join('')}`)
  const fields = Object.entries(properties)
  if (fields.length === 0) return confirm(terminal)
  const content: [string, Answer][] = []
  for (const [name, schema] of fields) {
    const answer = await fill(name, schema, required.includes(name), terminal)
    if (answer === 'none') return { action: 'cancel' }
    if (answer !== undefined) content.push([name, answer.value])
  }
  return { action: 'accept', content: Object.fromEntries(content) }
}

type Answer = NonNullable<ElicitResult['content']>[string]

/** Nothing typed is no yes. */
async function confirm({ readLine }: Terminal): Promise<ElicitResult> {
  const line = await readLine('Go ahead? [y/N] ')
  if (line === undefined) return { action: 'cancel' }
  return /^\s*(?:y|yes)\s*$/i.test(line) ? { action: 'accept', content: {} } : { action: 'decline' }
}

/** Undefined: it may be left out, and is; `none`: no answer to the whole form. */
async function fill(
  name: string,
  schema: object,
  isRequired: boolean,
  { readLine, write }: Terminal,
): Promise<{ readonly value: Answer } | undefined | 'none'> {
  const choices = choicesOf(schema)
  const hint = choices.length > 0 ? ` (${choices.map(printable).join(', ')})` : ''
  for (;;) {
    const line = (await readLine(`${printable(titleOf(name, schema))}${hint}: `))?.trim()
    if (line === undefined) return 'none'
    if (line === '') {
      if (!isRequired) return undefined
      write('It is needed; Ctrl-D gives no answer.\n')
      continue
    }
    const value = read(line, schema, choices)
    if (value !== undefined) return { value }
    write(choices.length > 0 ? 'It is none of them.\n' : 'It is not of the kind that is asked for.\n')
  }
}

function titleOf(name: string, schema: object): string {
  return 'title' in schema && typeof schema.title === 'string' && schema.title !== '' ? schema.title : name
}

/** What may be answered, where it is a choice; of several it is each of them. */
function choicesOf(schema: object): readonly string[] {
  if (!isJsonObject(schema)) return []
  const { type, enum: values, oneOf, anyOf, items } = schema
  if (type === 'boolean') return ['yes', 'no']
  if (Array.isArray(values)) return values.map(String)
  const options = [oneOf, anyOf].find(Array.isArray)
  if (options !== undefined) return options.flatMap(one => (isJsonObject(one) ? [String(one.const)] : []))
  return isJsonObject(items) ? choicesOf(items) : []
}

/** Undefined for what is no answer. Lengths and patterns are the server's to judge: it asks again. */
function read(line: string, schema: object, choices: readonly string[]): Answer | undefined {
  const type = 'type' in schema ? schema.type : undefined
  if (type === 'boolean') {
    if (/^(?:y|yes|true)$/i.test(line)) return true
    return /^(?:n|no|false)$/i.test(line) ? false : undefined
  }
  if (type === 'array') {
    const several = line.split(',').map(one => one.trim())
    return several.every(one => choices.includes(one)) ? several : undefined
  }
  if (choices.length > 0 && !choices.includes(line)) return undefined
  if (type !== 'number' && type !== 'integer') return line
  const number = Number(line)
  return Number.isFinite(number) && (type === 'number' || Number.isInteger(number)) ? number : undefined
}

import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { explainException, explainStatus } from '../../bridge/explain-failure.ts'
import { isJsonObject } from '../../catalogue/is-json-object.ts'
import { words } from '../../catalogue/naming/words.ts'
import type { JsonObject } from '../../catalogue/tool.ts'
import { nearestKey } from '../../config/nearest-key.ts'
import { PosternError } from '../../errors.ts'
import { packageVersion } from '../package-version.ts'
import { askPerson, type Terminal } from './ask-person.ts'

/** One call from the command line. */
export interface ToolCall {
  readonly url: URL
  readonly credential: Readonly<Record<string, string>>
  readonly tool: string
  /** Makes the arguments from the tool's `inputSchema`; undefined for a tool that is not listed. */
  readonly args: (inputSchema: unknown) => JsonObject
  /** Who answers what tools ask before they are called; undefined: nobody, and such tools may refuse. */
  readonly terminal?: Terminal | undefined
}

/**
 * Calls one tool through a running gateway with the official client, whatever era it speaks. A tool that the
 * list does not show is called all the same, for the gateway knows why: it may name the missing scope.
 *
 * @throws PosternError in words for the person at the terminal
 */
export async function callTool(call: ToolCall): Promise<CallToolResult> {
  const refusal: Refusal = {}
  const { terminal } = call
  const client = new Client(
    { name: 'postern-call', version: packageVersion() },
    {
      versionNegotiation: { mode: 'auto' },
      ...(terminal && { capabilities: { elicitation: { form: {} } } }),
    },
  )
  if (terminal !== undefined) {
    client.setRequestHandler('elicitation/create', ({ params }) => askPerson(params, terminal))
  }
  const transport = new StreamableHTTPClientTransport(call.url, {
    requestInit: { headers: { ...call.credential } },
    fetch: rememberRefusal(refusal, call.url),
  })
  let names: readonly string[] | undefined
  try {
    await client.connect(transport)
    const { tools } = await client.listTools()
    names = tools.map(tool => tool.name)
    const schema = tools.find(tool => tool.name === call.tool)?.inputSchema
    return await client.callTool(
      { name: call.tool, arguments: call.args(schema) },
      terminal && { timeout: PATIENCE },
    )
  } catch (error) {
    if (error instanceof PosternError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const hint = suggest(call.tool, names)
    const message = refusal.reason ?? (hint === undefined ? reason : `${reason}\n${hint}`)
    throw new PosternError('invalid_request', { message: printable(message), cause: error })
  } finally {
    await client.close()
  }
}

/** People take their time; in milliseconds. */
const PATIENCE = 600_000

/** Why the last request failed, in words; nothing after one that succeeded. */
interface Refusal {
  reason?: string
}

/** The client's errors leave out what the gateway or the network said; it is kept here. */
function rememberRefusal(refusal: Refusal, url: URL): typeof fetch {
  return async (input, init) => {
    // The stream that the handshake era may open on the side, and that most servers refuse, explains nothing.
    if (init?.method === 'GET') return fetch(input, init)
    delete refusal.reason
    let response: Response
    try {
      response = await fetch(input, init)
    } catch (error) {
      refusal.reason = explainException(error, url).message
      throw error
    }
    if (!response.ok) {
      const said = publicMessage(await response.clone().text())
      refusal.reason = said ?? explainStatus(response.status, url, response.headers.get('location')).message
    }
    return response
  }
}

/** What a JSON-RPC error body says. */
function publicMessage(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text)
    const error = isJsonObject(body) ? body.error : undefined
    return isJsonObject(error) && typeof error.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}

/** Names like the one that was asked for, where the list does not have it. */
function suggest(tool: string, names: readonly string[] | undefined): string | undefined {
  if (names === undefined || names.includes(tool)) return undefined
  if (names.length === 0) return 'This credential sees no tool at all.'
  const near = nearestKey(tool, names)
  const suggested = [...new Set([...(near === undefined ? [] : [near]), ...alike(tool, names)])].slice(0, 5)
  return suggested.length > 0
    ? `Did you mean ${suggested.join(', ')}?`
    : `This credential sees: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`
}

/** The names that share telling words with one, those with most of them first. */
function alike(tool: string, names: readonly string[]): readonly string[] {
  // A word that all names have, such as their prefix, tells nothing.
  const telling = words(tool).filter(
    word => word.length > 2 && !names.every(name => words(name).includes(word)),
  )
  return names
    .map(name => ({ name, score: telling.filter(word => words(name).includes(word)).length }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ name }) => name)
}

/** What a server says may hold escape codes, which a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, '\ufffd')
}

import type { RealClient } from './real-client.ts'

/** What Codex says of one server. */
export interface CodexServer {
  readonly name: string
  readonly serverInfo: { readonly name: string } | null
  readonly tools: Readonly<Record<string, unknown>>
  readonly toolsError: string | null
  readonly authStatus: string
}

/** Has Codex connect to its servers: `codex mcp list` asks none of them, its program for editors does. */
export async function codexServers(codex: RealClient): Promise<readonly CodexServer[]> {
  const initialize = { id: 1, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } }
  const list = { id: 2, method: 'mcpServerStatus/list', params: {} }
  const input = [initialize, { method: 'initialized' }, list].map(message => `${JSON.stringify(message)}\n`)
  const { stdout, stderr } = await codex.converse(input.join(''), /"id":2,[^\n]*\n/, 'app-server')
  const answer = stdout.split('\n').find(line => line.includes('"id":2,'))
  if (answer === undefined) throw new Error(stderr)
  return JSON.parse(answer).result.data
}

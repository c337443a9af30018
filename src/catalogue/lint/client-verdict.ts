import { PROFILES } from '../../config/schema/server.ts'
import { checkTool } from '../profiles/check-tool.ts'
import { CLIENT_LIMITS, type ClientLimits, OTHER_CLIENTS } from '../profiles/client-limits.ts'
import type { JsonObject, Tool } from '../tool.ts'

/** What one client makes of the servers. */
export interface ClientVerdict {
  readonly client: string
  /** Most tools that it takes, of all its servers together; undefined where no limit is known. */
  readonly limit: number | undefined
  readonly servers: readonly ServerVerdict[]
  /** What it refuses, tool by tool. */
  readonly problems: readonly { readonly tool: string; readonly problem: string }[]
}

/** One server as one client sees it. */
export interface ServerVerdict {
  readonly path: string
  /** Tools in the longest list that it gives. */
  readonly tools: number
  /** How many of them are too many; 0 where none is. */
  readonly tooMany: number
}

/** What a server lists. */
export interface ListedServer {
  readonly path: string
  /** For which client its list is written, whoever asks; `auto` for the one that asks. */
  readonly profile: (typeof PROFILES)[number]
  /** The longest list that any caller gets. */
  readonly tools: readonly Tool[]
}

const { full: _everything, default: everyClient, ...PROFILED } = CLIENT_LIMITS
/** The clients that verdicts are given for; what is only known by what it refuses is judged by the default limits. */
const CLIENTS: Readonly<Record<string, ClientLimits>> = { ...PROFILED, kiro: everyClient, ...OTHER_CLIENTS }
/** Other names of theirs. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  anthropic: 'claude',
  'claude-code': 'claude',
  'claude-desktop': 'claude',
  chatgpt: 'openai',
  codex: 'openai',
  copilot: 'vscode',
  'gemini-cli': 'gemini',
}

/** The names that {@link judgeClients} gives verdicts for. */
export const CLIENT_NAMES: readonly string[] = Object.freeze(Object.keys(CLIENTS).toSorted())

/** The name under which a client is judged; undefined for one that is not known. */
export function clientName(name: string): string | undefined {
  const plain = name.toLowerCase()
  const known = Object.hasOwn(ALSO_CALLED, plain) ? ALSO_CALLED[plain] : plain
  return known !== undefined && Object.hasOwn(CLIENTS, known) ? known : undefined
}

/**
 * Judges the tools by what each client takes: how many, and every one by itself.
 *
 * @param serverName - what clients join to a tool's name
 */
export function judgeClients(
  clients: readonly string[],
  servers: readonly ListedServer[],
  serverName: string,
): readonly ClientVerdict[] {
  return clients.flatMap(client => {
    const limits = Object.hasOwn(CLIENTS, client) ? CLIENTS[client] : undefined
    if (limits === undefined) return []
    const limit = limits.tools
    const definitions = new Set(
      servers.flatMap(({ tools, profile }) =>
        tools.map(tool => definitionIn(tool, profileFor(profile, client))),
      ),
    )
    const problems = [...definitions].flatMap(text => {
      const definition = JSON.parse(text) as JsonObject
      return checkTool(definition, limits, serverName).map(problem => ({
        tool: String(definition.name),
        problem,
      }))
    })
    const counted = servers.map(({ path, tools: own }) => ({
      path,
      tools: own.length,
      tooMany: limit === undefined ? 0 : Math.max(0, own.length - limit),
    }))
    return { client, limit, servers: counted, problems }
  })
}

/** A tool's entry of `tools/list` under a profile; `auto` stands for what an unknown client gets. */
export function definitionIn(tool: Tool, profile: (typeof PROFILES)[number]): string {
  return tool.definitionFor?.(profile === 'auto' ? 'default' : profile) ?? tool.definition
}

function profileFor(configured: (typeof PROFILES)[number], client: string): (typeof PROFILES)[number] {
  if (configured !== 'auto') return configured
  return PROFILES.find(profile => profile === client) ?? 'default'
}

import type { Profile } from '../catalogue/profiles/client-limits.ts'

/** What a server's configuration says of profiles; undefined means `auto`. */
export type ConfiguredProfile = Profile | 'auto' | undefined

/** By what clients call themselves, in `clientInfo.name` or User-Agent; the first that fits. */
const CLIENTS: readonly (readonly [pattern: RegExp, profile: Profile])[] = [
  // `cursor-vscode`, `Cursor/1.7`
  [/^cursor\b/, 'cursor'],
  // `Visual Studio Code`, `Visual Studio Code - Insiders`, `vscode-…`, `github-copilot-…`
  [/^(?:visual studio code|vscode|code - oss|github[- ]copilot|copilot-cli)/, 'vscode'],
  // `claude-ai`, `claude-code`, `Claude-User`, `Anthropic/ClaudeAI`
  [/^(?:claude|anthropic)\b/, 'claude'],
  // `codex-mcp-client`, `codex_cli_rs`, `openai-mcp`, `ChatGPT-User`
  [/^(?:codex|openai|chatgpt)(?![a-z])/, 'openai'],
  // `gemini-cli-mcp-client`, `GeminiCLI/…`
  [/^gemini/, 'gemini'],
]
/** Names come from clients, so there is an end to how many are remembered. */
const MAX_REMEMBERED = 1_000

const remembered = new Map<string, Profile>()

/**
 * The profile that a tool list is written in: the configured one, else by what the client calls itself. A name that
 * is unknown, made up or missing gets what every client takes; a wrong one costs nobody but who gave it.
 *
 * @param client - name and version as reported, unverified
 */
export function clientProfile(configured: ConfiguredProfile, client: string | undefined): Profile {
  if (configured !== undefined && configured !== 'auto') return configured
  if (client === undefined) return 'default'
  const known = remembered.get(client)
  if (known !== undefined) return known
  const name = client.toLowerCase()
  const profile = CLIENTS.find(([pattern]) => pattern.test(name))?.[1] ?? 'default'
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(client, profile)
  return profile
}

import type { McpServer } from './call.ts'

/** What this server can tell of its own accord, which depends on the era and the transport. */
export interface Telling {
  readonly listChanged: boolean
  /** Whether it says that a resource changed. */
  readonly subscribe: boolean
}

/**
 * The value of `capabilities`, serialised: tools always, the others where the configuration has any. Completion is
 * for arguments of prompts and variables of resource templates.
 */
export function capabilitiesOf(
  { prompts, resources }: McpServer,
  { listChanged, subscribe }: Telling,
): string {
  return JSON.stringify({
    tools: { listChanged },
    ...(prompts !== undefined && { prompts: { listChanged } }),
    ...(resources !== undefined && { resources: { subscribe, listChanged } }),
    ...((prompts !== undefined || resources !== undefined) && { completions: {} }),
  })
}

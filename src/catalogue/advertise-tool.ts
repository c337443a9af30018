import type { ToolDraft } from './draft-tool.ts'
import type { Profile } from './profiles/client-limits.ts'
import type { JsonObject } from './tool.ts'

/** The input schema of a draft's tool, as one kind of client takes it. Made anew each time. */
export function advertiseTool({ context, open }: ToolDraft, profile: Profile): JsonObject {
  const { advertiseArgument, advertiseInput } = context.schemas.forModel()
  return advertiseInput(open.map(advertiseArgument), profile)
}

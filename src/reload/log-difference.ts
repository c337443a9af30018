import { compareInSlices, type ToolChange } from '../catalogue/lock/compare-tools.ts'
import { runInSlices } from '../catalogue/run-in-slices.ts'
import type { Catalogue } from '../catalogue/tool.ts'
import type { Log } from '../log.ts'

/** Names of each kind that a line holds, and lines of riskier tools; a new document may change thousands. */
const MOST = 20
const LONGEST = 200

/** Logs what a reload made of the tools: one line with counts and names, and a warning for each riskier one. */
export async function logDifference(before: Catalogue, now: Catalogue, log: Log): Promise<void> {
  const { added, removed, changed, riskier } = await runInSlices(compareInSlices(before, now))
  const kinds = { added, removed, changed }
  log.info(
    {
      tools: now.tools.length,
      ...Object.fromEntries(Object.entries(kinds).map(([kind, tools]) => [kind, tools.length])),
      names: Object.fromEntries(
        Object.entries(kinds).flatMap(([kind, tools]) => (tools.length > 0 ? [[kind, namesOf(tools)]] : [])),
      ),
    },
    'reloaded',
  )
  for (const tool of riskier.slice(0, MOST)) log.warn(describe(tool), 'a tool is riskier than before')
  if (riskier.length > MOST) log.warn({ more: riskier.length - MOST }, 'more tools are riskier than before')
}

function namesOf(tools: readonly { readonly name: string }[]): readonly string[] {
  return tools.slice(0, MOST).map(({ name }) => name)
}

/** Paths and parameters are the document's author's words. */
function describe({ name, operation, risks }: ToolChange): object {
  const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
  return { tool: name, operation: cut(operation), risks: risks.slice(0, MOST).map(cut) }
}

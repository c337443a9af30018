import type { ApiConfig } from '../../config/schema.ts'
import { fullName, nameTool } from '../naming/name-tools.ts'
import type { BodyPlan, Tool } from '../tool.ts'
import type { Remark } from './finding.ts'

/** What names a tool and its arguments could not have. */
export function lintNames(tool: Tool, api: ApiConfig, sameId: number): Remark[] {
  return [...lintId(tool, sameId), ...lintName(tool, api), ...lintAliases(tool)]
}

/** Whether a tool's name was cut and has a hash at its end. */
export function isShortened(tool: Pick<Tool, 'name' | 'operation'>, api: ApiConfig): boolean {
  const derived = nameTool(tool.operation, api.tools.prefix)
  return tool.name === derived && derived !== fullName(tool.operation, api.tools.prefix)
}

/** Whether a tool's name has a number at its end, since another tool has the name without. */
export function isNumbered(tool: Pick<Tool, 'name' | 'operation'>, api: ApiConfig): boolean {
  const derived = nameTool(tool.operation, api.tools.prefix)
  const plain = tool.name.replace(/_\d+$/, '')
  return tool.name !== derived && plain !== tool.name && derived.startsWith(plain)
}

function lintId({ operation: { operationId } }: Tool, sameId: number): Remark[] {
  if (operationId === undefined) {
    const message = 'no operationId: the name comes from method and path, and changes with the path'
    return [{ rule: 'operation-id-missing', severity: 'warning', message, fix: 'give it an operationId' }]
  }
  if (sameId < 2) return []
  const message = `${sameId} operations have the operationId ${JSON.stringify(operationId)}`
  return [{ rule: 'operation-id-duplicate', severity: 'warning', message, fix: 'give each its own' }]
}

function lintName(tool: Tool, api: ApiConfig): Remark[] {
  const fix = 'name it with a rule or `x-mcp.name`'
  if (isShortened(tool, api)) {
    return [
      {
        rule: 'name-shortened',
        severity: 'warning',
        message: `its name was too long and is cut: ${tool.name}`,
        fix,
      },
    ]
  }
  if (!isNumbered(tool, api)) return []
  const message = `another tool has the name ${tool.name.replace(/_\d+$/, '')}, so this one is ${tool.name}`
  return [{ rule: 'name-duplicate', severity: 'warning', message, fix }]
}

function lintAliases({ plan }: Tool): Remark[] {
  const parameters = [...plan.path, ...plan.query, ...plan.headers, ...plan.cookies]
  const named = parameters.flatMap(part =>
    typeof part === 'string' ? [] : [[part.name, part.argument] as const],
  )
  named.push(...membersOf(plan.body))
  const aliased = named.filter(([wire, argument]) => wire !== argument)
  if (aliased.length === 0) return []
  const pairs = aliased.map(([wire, argument]) => `${JSON.stringify(wire)} as ${argument}`).join(', ')
  return [
    {
      rule: 'argument-alias',
      severity: 'info',
      message: `arguments with another name than on the wire: ${pairs}`,
      fix: '',
    },
  ]
}

/** Names of a body's members on the wire, with their arguments. */
function membersOf(body: BodyPlan | undefined): readonly (readonly [wire: string, argument: string])[] {
  if (body?.kind === 'properties') return [...body.properties]
  // Of a body that is one argument, members have their own names.
  if (body?.kind === 'form' && body.whole === undefined) {
    return body.fields.map(({ name, argument }) => [name, argument] as const)
  }
  if (body?.kind === 'multipart' && body.whole === undefined) {
    return body.parts.map(({ name, argument }) => [name, argument] as const)
  }
  return []
}

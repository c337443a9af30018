import type { Tool } from '../../catalogue/tool.ts'
import { isJsonObject } from '../json-rpc.ts'

/** The arguments that a tool can't do without, each with its type in short: `owner: string`. */
export function requiredArguments({ inputSchema }: Tool): readonly string[] {
  const { required, properties } = inputSchema
  if (!Array.isArray(required) || !isJsonObject(properties)) return []
  return required
    .filter(name => typeof name === 'string')
    .map(name => {
      const type = typeOf(Object.hasOwn(properties, name) ? properties[name] : undefined)
      return type === undefined ? name : `${name}: ${type}`
    })
}

function typeOf(schema: unknown): string | undefined {
  if (!isJsonObject(schema)) return undefined
  if (Array.isArray(schema.enum) && schema.enum.length <= MAX_CHOICES) return choices(schema.enum)
  const types = [schema.type].flat().filter(type => typeof type === 'string' && type !== 'null')
  return types.length === 1 ? String(types[0]) : undefined
}

const MAX_CHOICES = 6
const MAX_LENGTH = 60

function choices(values: readonly unknown[]): string {
  const text = values.map(value => JSON.stringify(value)).join(' | ')
  return text.length <= MAX_LENGTH ? text : 'one of a few values'
}

import fc from 'fast-check'
import type { Tool } from '../../src/catalogue/tool.ts'
import { PASSWORD } from './gateway.ts'
import { type HostileValues, toJson } from './hostile-values.ts'
import { type Operation, SERVED } from './operations.ts'

/** One call: which tool, and its arguments as JSON text. */
export interface HostileCall {
  readonly operation: Operation
  readonly tool: string
  readonly json: string
}

/** Calls of all tools: fitting arguments of which some are made hostile, and some that the tool does not know. */
export function hostileCalls(
  tools: ReadonlyMap<string, Tool>,
  values: HostileValues,
): fc.Arbitrary<HostileCall> {
  return fc.oneof(
    ...SERVED.map(operation => callsOf(operation, tools.get(`hostile_${operation.id}`), values)),
  )
}

function callsOf(
  operation: Operation,
  tool: Tool | undefined,
  { text, value, key }: HostileValues,
): fc.Arbitrary<HostileCall> {
  if (tool === undefined) throw new Error(`no tool of ${operation.id}`)
  const names = Object.keys(Object(tool.inputSchema.properties))
  const bound = operation.bound ?? []
  const tame = names.map(name => fc.option(tameValue(name), { freq: 5, nil: undefined }))
  const argument = names.length === 0 ? key : fc.constantFrom(...names)
  const spelling = fc.constantFrom<(name: string) => string>(
    name => name,
    name => name.toUpperCase(),
    name => `${name}[]`,
    name => name.replaceAll(/[_-]/g, '%5f'),
    name => name.replaceAll(/[_-]/g, '.'),
  )
  // An object whose keys pass for other parameters, of whatever place.
  const wires = [...operation.parameters.map(parameter => parameter.name), ...bound, 'api_key']
  const smuggled = fc
    .tuple(fc.constantFrom(...wires), spelling, text)
    .map(([name, spell, member]): unknown => ({ [spell(name)]: member }))
  const hostile = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 2, arbitrary: value },
    { weight: 1, arbitrary: smuggled },
  )
  const mutation = fc.tuple(argument, hostile)
  // What leaves the schema is what attackers set most gladly.
  const surplus = fc.tuple(bound.length === 0 ? key : fc.oneof(fc.constantFrom(...bound), key), value)
  return fc
    .tuple(
      fc.tuple(...tame),
      fc.array(mutation, { maxLength: 3 }),
      fc.oneof({ weight: 11, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: surplus }),
    )
    .map(([given, mutations, extra]) => {
      const entries = new Map<string, unknown>()
      for (const [index, name] of names.entries())
        if (given[index] !== undefined) entries.set(name, given[index])
      for (const [name, hostile] of mutations) entries.set(name, hostile)
      const members = [...entries, ...(extra === undefined ? [] : [extra])]
      // Written by hand, so that a member may come twice and be called `__proto__`.
      const json = `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`).join()}}`
      return { operation, tool: tool.name, json }
    })
}

function tameValue(name: string): fc.Arbitrary<unknown> {
  if (name === 'limit' || name === 'count' || name === 'amount') return fc.nat()
  if (name === 'password') return fc.constant(PASSWORD)
  if (name === 'email') return fc.constant('ann@example.com')
  if (name === 'lines') return fc.constant([{ text: 'one' }, 2])
  if (name === 'nested' || name === 'free' || name === 'deep') return fc.constant({ colour: 'red', size: 2 })
  if (name === 'body') return fc.constant({ colour: 'red', list: [1, 2] })
  if (name === 'root') return fc.constant({ name: 'a', children: [{ name: 'b' }] })
  if (name === 'ids' || name === 'tags') return fc.constantFrom<unknown>(['a', 'b'], 'a')
  if (name === 'object') return fc.constant({ r: 1, g: 'x' })
  return fc.constantFrom('inv_7', '42', 'aaa', 'Zürich')
}

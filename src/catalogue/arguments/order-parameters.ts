import type { PathParameter } from '../paths/parse-path.ts'
import type { SplitTemplate } from '../paths/split-template.ts'
import type { ArgumentSource } from './argument.ts'
import type { Notes } from './compile-parameters.ts'

/** An operation's parameters, and what its path template always sends. */
export interface OrderedParameters {
  readonly sources: readonly ArgumentSource[]
  readonly fixedQuery: readonly (readonly [name: string, value: string])[]
}

/**
 * Path parameters first, in the path's order; those that the document forgot to describe are texts. Then those of
 * the query that the path template names, and all others by location.
 */
export function orderParameters(
  parameters: readonly ArgumentSource[],
  path: readonly (string | PathParameter)[],
  query: SplitTemplate['query'],
  { remarks }: Notes,
): OrderedParameters {
  const described = new Map(
    parameters.filter(({ location }) => location === 'path').map(parameter => [parameter.wire, parameter]),
  )
  const used = new Set(path.flatMap(part => (typeof part === 'string' ? [] : [part.parameter])))
  const inPath = [...used].map(name => {
    const parameter = described.get(name)
    if (parameter === undefined)
      remarks.push(`the path parameter ${JSON.stringify(name)} is not described; it is taken for a text`)
    return parameter ?? undescribed(name, 'path')
  })
  const fixedQuery: [string, string][] = []
  const named = new Map<string, ArgumentSource>()
  for (const { name, value } of query) {
    if (typeof value === 'string') fixedQuery.push([name, value])
    else named.set(name, inQuery(name, parameters, described.get(value.parameter), value.parameter))
    if (typeof value !== 'string') used.add(value.parameter)
  }
  for (const name of described.keys()) {
    if (!used.has(name))
      remarks.push(`the path parameter ${JSON.stringify(name)} is not in the path; it is left out`)
  }
  const fixed = new Set(fixedQuery.map(([name]) => name))
  const at = (wanted: string) => parameters.filter(({ location }) => location === wanted)
  const others = at('query').filter(({ wire }) => !fixed.has(wire) && !named.has(wire))
  const rest = [...others, ...at('querystring'), ...at('header'), ...at('cookie')]
  return { sources: [...inPath, ...named.values(), ...rest], fixedQuery }
}

/** The parameter that `?name={parameter}` stands for, described as one of the query, of the path or not at all. */
function inQuery(
  name: string,
  parameters: readonly ArgumentSource[],
  described: ArgumentSource | undefined,
  parameter: string,
): ArgumentSource {
  const own = parameters.find(
    ({ location, wire }) => location === 'query' && (wire === name || wire === parameter),
  )
  const source = own ?? described ?? undescribed(name, 'query')
  const { plan } = source.location === 'query' ? source : undescribed(name, 'query')
  return { ...source, location: 'query', wire: name, plan: plan && { ...plan, name } }
}

function undescribed(name: string, location: 'path' | 'query'): ArgumentSource {
  const plan = {
    name,
    style: location === 'path' ? 'simple' : 'form',
    explode: location === 'query',
    allowReserved: false,
    json: false,
    required: true,
  } as const
  return { location, wire: name, required: true, schemas: [{ type: 'string' }], notes: {}, plan }
}

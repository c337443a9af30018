/** A parameter as Prism knows it. */
export interface Parameter {
  readonly name: string
  readonly required?: boolean
  readonly style?: string
}

/** An operation as Prism knows it. */
export interface Resource {
  readonly method: string
  readonly path: string
  readonly request?: { readonly headers?: readonly Parameter[]; readonly query?: readonly Parameter[] }
}

/** An operation and a request that is to be validated. */
export interface Validated {
  readonly resource: Resource
  readonly element: {
    readonly headers?: Readonly<Record<string, unknown>>
    readonly url: { readonly path: string; readonly query?: Readonly<Record<string, unknown>> }
  }
}

const reduced = new WeakMap<Resource, Map<string, Resource>>()

/**
 * The operation without its optional parameters that the request leaves out. Prism falls over lists and objects in
 * headers, and over objects in delimited styles, that are left out, and takes `deepObject` parameters that are for
 * empty objects, whose required members it misses. As nothing was sent, there is nothing to look at.
 */
export function withoutAbsent({ resource, element }: Validated): Validated {
  const { headers = [], query = [] } = resource.request ?? {}
  const names = Object.keys(element.url.query ?? {})
  const absent = new Set([
    ...headers.filter(each => !each.required && !(each.name.toLowerCase() in (element.headers ?? {}))),
    ...query.filter(each => !each.required && isAbsent(each, names)),
  ])
  if (absent.size === 0) return { resource, element }
  const known = reduced.get(resource) ?? new Map<string, Resource>()
  reduced.set(resource, known)
  const isThere = (each: Parameter) => !absent.has(each)
  const key = [...headers, ...query].map(each => (isThere(each) ? '1' : '0')).join('')
  const left = known.get(key) ?? {
    ...resource,
    request: { ...resource.request, headers: headers.filter(isThere), query: query.filter(isThere) },
  }
  known.set(key, left)
  return { resource: left, element }
}

/** Only of styles in which the parameter's own name stands before its value. */
function isAbsent({ name, style }: Parameter, names: readonly string[]): boolean {
  if (style !== 'deepObject' && style !== 'spaceDelimited' && style !== 'pipeDelimited') return false
  return !names.some(each => each === name || each.startsWith(`${name}[`))
}

/** A path template and what some documents write behind it. */
export interface SplitTemplate {
  /** The path alone. */
  readonly path: string
  /** `?type=card&id={id}`: what is always sent, and which parameter a name stands for. */
  readonly query: readonly {
    readonly name: string
    readonly value: string | { readonly parameter: string }
  }[]
  /** Whether anything was behind the path: another operation may have the same one. */
  readonly isVariant: boolean
}

/**
 * Takes a key of `paths` apart. OpenAPI knows no query and no fragment there ("Paths Object"), but it is how
 * documents tell several operations with one path and method apart: `/files/{id}#add_shared_link`,
 * `/responses?beta=true`. The fragment only tells them apart; the query is sent. Form-style expressions of RFC 6570
 * at the end (`{?page,limit}`) only repeat the parameters.
 */
export function splitTemplate(template: string): SplitTemplate {
  const plain = template.replace(/(?:\{[?&][^{}]*\})+$/, '')
  const [beforeFragment = '', ...fragments] = plain.split('#')
  const [path = '', ...queries] = beforeFragment.split('?')
  const query = queries
    .join('?')
    .split('&')
    .filter(pair => pair !== '')
    .map(readPair)
  return { path, query, isVariant: fragments.length > 0 || queries.length > 0 }
}

function readPair(pair: string): SplitTemplate['query'][number] {
  const [name = '', ...rest] = pair.split('=')
  const value = rest.join('=')
  const parameter = /^\{([^{}]+)\}$/.exec(value)?.[1]
  return { name: decode(name), value: parameter === undefined ? decode(value) : { parameter } }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

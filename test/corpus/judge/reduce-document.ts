/**
 * Makes the copy of a document that the judge reads. What is taken out has no say in whether a request is right,
 * and Prism would choke on it or take minutes: answers, callbacks, webhooks, examples, extensions, components that
 * no request refers to. `security` goes too: the gateway adds credentials, the model doesn't, and so may
 * parameters that carry one be missing. OpenAPI 3.2 is called 3.1, as far as the two are the same.
 */
import { isJsonObject } from '../../../src/catalogue/is-json-object.ts'
import type { JsonObject } from '../../../src/catalogue/tool.ts'
import { sayDefaults } from './say-defaults.ts'

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])
const MAPS = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'schemas',
  'dependentSchemas',
])
const DEAD = new Set(['example', 'examples', 'externalDocs', 'discriminator', 'xml', 'callbacks', 'links'])

/** Changes the document in place; hand over a copy. */
export function reduceDocument(document: JsonObject): JsonObject {
  if (typeof document.openapi === 'string' && document.openapi.startsWith('3.2')) document.openapi = '3.1.1'
  for (const key of ['security', 'webhooks', 'tags', '$self']) delete document[key]
  const credentials = credentialParameters(document)
  const referred = references(document)
  for (const [path, item] of Object.entries(isJsonObject(document.paths) ? document.paths : {})) {
    if (!isJsonObject(item)) continue
    delete item.servers
    for (const [method, operation] of Object.entries(item)) {
      if (!METHODS.has(method) || !isJsonObject(operation)) continue
      const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses/`
      for (const key of ['security', 'servers', 'callbacks']) delete operation[key]
      if (![...referred].some(each => each.startsWith(pointer))) {
        operation.responses = { 200: { description: 'As the judge answers.' } }
      }
    }
  }
  clean(document, credentials)
  sayDefaults(document)
  prune(document)
  return document
}

/** `location name` of the parameters that the document's security schemes name, and of what else is a credential. */
function credentialParameters({ components, securityDefinitions }: JsonObject): ReadonlySet<string> {
  const schemes = isJsonObject(components) ? components.securitySchemes : securityDefinitions
  const named = Object.values(isJsonObject(schemes) ? schemes : {}).flatMap(scheme =>
    isJsonObject(scheme) && scheme.type === 'apiKey' ? `${scheme.in} ${scheme.name}`.toLowerCase() : [],
  )
  const always = ['header', 'query', 'formdata'].map(where => `${where} token`)
  return new Set([...named, ...always, 'header authorization'])
}

function references(root: unknown): Set<string> {
  const found = new Set<string>()
  const stack = [root]
  while (stack.length > 0) {
    const node = stack.pop()
    if (Array.isArray(node)) stack.push(...node)
    else if (isJsonObject(node)) {
      if (typeof node.$ref === 'string') found.add(node.$ref)
      stack.push(...Object.values(node))
    }
  }
  return found
}

/** Takes out what describes only, wherever it is not a name that the document's author chose. */
function clean(root: JsonObject, credentials: ReadonlySet<string>): void {
  const stack: { node: unknown; names: boolean }[] = [{ node: root, names: false }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, names } = next
    if (Array.isArray(node)) stack.push(...node.map(item => ({ node: item, names: false })))
    if (!isJsonObject(node)) continue
    if (credentials.has(`${node.in} ${node.name}`.toLowerCase())) node.required = false
    // Prism compiles no schema with these, and would then accept whatever comes.
    if (Array.isArray(node.enum)) {
      node.enum = [...new Set(node.enum)].filter(value => value !== null || node.nullable !== true)
    }
    if (node.nullable !== undefined && node.type === undefined) delete node.nullable
    for (const key of Object.keys(node)) {
      if (!names && (DEAD.has(key) || key.startsWith('x-'))) delete node[key]
      else stack.push({ node: node[key], names: !names && MAPS.has(key) })
    }
  }
}

/** Takes out components that nothing below `paths` refers to, directly or not. */
function prune(document: JsonObject): void {
  const sections = new Map<string, JsonObject>()
  for (const key of ['definitions', 'parameters', 'responses']) {
    if (isJsonObject(document[key])) sections.set(key, document[key])
  }
  for (const [key, value] of Object.entries(isJsonObject(document.components) ? document.components : {})) {
    if (isJsonObject(value)) sections.set(`components/${key}`, value)
  }
  const used = new Set<string>()
  const stack: unknown[] = [document.paths]
  while (stack.length > 0) {
    for (const reference of references(stack.pop())) {
      const [, section = '', name = ''] = /^#\/(components\/[^/]+|[^/]+)\/([^/]+)/.exec(reference) ?? []
      const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
      const target = sections.get(section)?.[key]
      if (target === undefined || used.has(`${section}/${key}`)) continue
      used.add(`${section}/${key}`)
      stack.push(target)
    }
  }
  for (const [section, entries] of sections) {
    for (const name of Object.keys(entries)) if (!used.has(`${section}/${name}`)) delete entries[name]
  }
}

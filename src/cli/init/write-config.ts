import { ACTION_VERBS } from '../../catalogue/classify/action-verbs.ts'
import { words } from '../../catalogue/naming/words.ts'
import type { ListedOperation } from './list-operations.ts'
import type { Product } from './read-product.ts'
import { writeAuth } from './write-auth.ts'
import { commentText, yamlString } from './yaml-text.ts'

/**
 * A commented configuration for a product. It is complete: `postern check` takes it without any variable set.
 * The same product always yields the same text.
 *
 * @param openapi - as it is to stand in the file
 */
export function writeConfig(product: Product, openapi: string): string {
  const { name, title } = product
  return [
    `# Postern in front of ${commentText(title ?? name)}.`,
    '# Lines with # and no space after it are examples: take the # away to use them.',
    '#',
    '#   postern check      is everything in order, and what becomes of each operation?',
    '#   postern tools      the tools that a caller sees',
    '#   postern serve      the gateway, on http://127.0.0.1:8080/mcp',
    '#   postern connect    what to paste into which AI client',
    '',
    `# serverInfo.name, and the start of every tool’s name: ${name}_…`,
    `name: ${yamlString(name)}`,
    ...(title === undefined ? [] : [`title: ${yamlString(commentText(title, 200))}`]),
    '# What the model is told before it sees the tools.',
    '#instructions: Use the list tools to find ids before you use them.',
    '',
    '# Loopback only. To serve others, put a TLS proxy in front and set publicUrl to what clients type.',
    'listen: { host: 127.0.0.1, port: 8080 }',
    '#publicUrl: https://mcp.example.com',
    '',
    '# Tokens and revocations. Several instances share { type: redis, url: … }.',
    'store: { type: sqlite, path: ./postern.db }',
    '',
    ...writeApi(product, openapi),
    '',
    ...writeAuth(product),
    '',
    '# The plain REST API under the same credentials and policy.',
    `#passthrough: { path: /api, api: ${yamlString(name)} }`,
    '',
  ].join('\n')
}

function writeApi(product: Product, openapi: string): readonly string[] {
  return [
    'apis:',
    `  - name: ${yamlString(product.name)}`,
    `    openapi: ${yamlString(openapi)} # relative to this file, or a URL`,
    ...(product.upstream === undefined
      ? [
          '    # The document names no absolute server. Without this, no operation can be called:',
          '    #upstream: https://api.example.com',
        ]
      : [`    upstream: ${yamlString(product.upstream)}`]),
    ...writeUpstreams(product),
    ...writeCredentials(product),
    ...writeTools(product),
  ]
}

function writeUpstreams({ upstreams }: Product): readonly string[] {
  if (upstreams.length === 0) return []
  const counted = upstreams.map(({ origin, operations }) => `${new URL(origin).host} ${operations}`)
  return [
    `    # Operations that are elsewhere, as the document says: ${commentText(counted.join(', '), 400)}.`,
    '    # Their calls carry the same credential; take out what may not get it, and those operations are skipped.',
    `    upstreams: [${upstreams.map(({ origin }) => yamlString(origin)).join(', ')}]`,
  ]
}

function writeCredentials({ schemes, ownSchemes, name }: Product): readonly string[] {
  const variable = `${name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_')}_TOKEN`
  const own = ownSchemes.find(scheme => scheme.type === 'bearer')
  const header = own?.type === 'bearer' ? own.header : undefined
  const value = header === undefined ? `Bearer \${${variable}}` : `\${${variable}}`
  const fixed = `{ type: static, ${header === undefined ? '' : `header: ${yamlString(header)}, `}value: "${value}" }`
  if (schemes.length > 0) {
    return [
      '    # A call signs in as its caller: the credential that was presented is sent on. For callers with a token of',
      '    # Postern’s add one of the gateway’s own, as which ALL of them then act, whoever they are:',
      `    #credentials: [{ type: forward }, ${fixed}]`,
      '    credentials: { type: forward }',
    ]
  }
  return [
    '    # How a call signs in. Tokens of Postern’s are never sent upstream; ALL callers act as this one credential,',
    '    # whoever they are, within the scopes of their token:',
    `    #credentials: ${fixed}`,
    '    credentials: { type: none }',
  ]
}

function writeTools({ tags, operations }: Product): readonly string[] {
  const harmful =
    operations.find(isHarmful) ?? operations.find(operation => operation.method !== 'GET') ?? operations[0]
  const hasDeprecated = operations.some(operation => operation.deprecated)
  const [tag] = tags
  const include = `[${tag === undefined ? '' : `{ tag: ${yamlString(tag)} }, `}{ method: GET }]`
  return [
    ...(tags.length === 0
      ? []
      : [`    # Tags: ${commentText(tags.map(name => commentText(name, 40)).join(', '), 400)}`]),
    hasDeprecated ? '    tools:' : '    #tools:',
    `      #include: ${include}`,
    hasDeprecated ? '      exclude: [{ deprecated: true }]' : '      #exclude: [{ deprecated: true }]',
    ...(harmful === undefined ? [] : rule(harmful)),
  ]
}

function rule(operation: ListedOperation): readonly string[] {
  const match =
    operation.operationId === undefined
      ? `{ method: ${operation.method}, path: ${yamlString(operation.path)} }`
      : `{ operation: ${yamlString(operation.operationId)} }`
  return [
    '      # First to last; later rules win.',
    '      #rules:',
    `        #- match: ${match}`,
    '          #tier: manage',
    `          #when: '"admin" in principal.roles' # only for callers with this role`,
  ]
}

function isHarmful({ method, operationId, path }: ListedOperation): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const [verb = ''] = words(operationId ?? '')
  const last = words(path.split('/').at(-1) ?? '').join('_')
  return method === 'DELETE' || ACTION_VERBS.has(verb) || ACTION_VERBS.has(last)
}

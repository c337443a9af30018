import type { CallerOperation } from './find-caller.ts'
import { type FoundScheme, isClaim } from './find-schemes.ts'
import type { Product } from './read-product.ts'
import { commentText, yamlString } from './yaml-text.ts'

/** The section `auth` with its comments, and the other ways as examples. */
export function writeAuth(product: Product): readonly string[] {
  const { caller, schemes } = product
  if (caller === undefined || schemes.length === 0) return [...HEAD, ...tokenScheme(product)]
  return [...HEAD, ...tokenExample(product), ...schemes.flatMap(scheme => verified(scheme, caller))]
}

const HEAD = ['# Ways of signing in, tried in this order.', 'auth:']

function tokenScheme(product: Product): readonly string[] {
  return [
    '  # Tokens that Postern mints, stores as hashes and can revoke at once:',
    '  #   postern token create --name laptop --scope "read:*"',
    '  - type: token',
    '  # The document has no operation that tells a caller who it is (GET /me, /user, /whoami) and that needs the',
    '  # product’s own credential. If the product has one all the same, its tokens can be taken too:',
    '  #- type: bearer',
    `    #prefix: ${yamlString(`${product.name}_key_`)}`,
    '    #verify: { request: GET /me, subject: id, grant: ["read:*"] }',
  ]
}

function tokenExample({ name, schemes }: Product): readonly string[] {
  const taken = schemes.some(scheme => scheme.type === 'bearer' && overlaps(scheme.prefix, `${name}_pat_`))
  return [
    '  # Tokens that Postern mints (postern token create), for callers without a credential of the product’s. They',
    '  # are never sent upstream: such calls need a static credential above.',
    '  #- type: token',
    ...(taken ? ['    #prefix: postern_pat_'] : []),
  ]
}

/** Two schemes of one header are told apart by prefixes, neither of which starts with the other. */
function overlaps(prefix: string | undefined, other: string): boolean {
  return prefix !== undefined && (prefix.startsWith(other) || other.startsWith(prefix))
}

function verified(scheme: FoundScheme, caller: CallerOperation): readonly string[] {
  if (scheme.type === 'headers') return headers(scheme.headers, caller)
  const carrier = scheme.header ?? 'Authorization: Bearer'
  return [
    `  # The product’s own token in ${commentText(carrier)}, verified by the product.`,
    '  - type: bearer',
    ...(scheme.header === undefined ? [] : [`    header: ${yamlString(scheme.header)}`]),
    ...(scheme.prefix === undefined ? [] : [`    prefix: ${yamlString(scheme.prefix)}`]),
    ...verify(caller, undefined),
  ]
}

function headers(names: readonly string[], caller: CallerOperation): readonly string[] {
  const claim = names.find(isClaim)
  const identity =
    claim === undefined ? undefined : caller.identities[/e-?mail/i.test(claim) ? 'email' : 'user']
  return [
    `  # The product’s own headers ${commentText(names.join(' and '))}, verified by the product.`,
    '  - type: headers',
    `    headers: [${names.map(yamlString).join(', ')}]`,
    ...(claim === undefined || identity === undefined ? [] : [`    subject: ${yamlString(claim)}`]),
    ...verify(caller, identity),
  ]
}

function verify(caller: CallerOperation, identity: string | undefined): readonly string[] {
  const { operation, subject, organization, roles, scopes } = caller
  const member = (name: string, path: string | undefined, comment = '') =>
    path === undefined ? [] : [`      ${name}: ${yamlString(path)}${comment}`]
  return [
    '    verify:',
    `      request: ${yamlString(`GET ${operation.path}`)} # asked with the credential as presented`,
    ...member('subject', subject, ' # where the answer says who is calling'),
    ...member('organization', organization),
    ...member('roles', roles),
    ...(scopes === undefined
      ? [
          '      # The answer names no scopes, so every caller gets these. read:* only looks; write:* also creates and',
          '      # changes; manage:* also deletes and sends.',
          '      grant: ["read:*"]',
        ]
      : member('scopes', scopes, ' # such as read:invoices; others are given a meaning under `scopes:`')),
    ...member('identity', identity, ' # must be equal to what the subject header claims'),
    '      cache: 30s # so long may a revoked credential still pass here',
  ]
}

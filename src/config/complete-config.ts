import { dirname } from 'node:path'
import { completePrompt } from './complete-prompt.ts'
import type { Config } from './config.ts'
import type { TlsConfig } from './schema/tls.ts'
import type { ApiConfig, KeysConfig, ParsedConfig, SchemeConfig, StoreConfig } from './schema.ts'

/** Fills in the defaults that derive from other keys: prefixes from the name, lists from single entries. */
export function completeConfig(parsed: ParsedConfig, file: string): Config {
  const { $schema: _editorsOnly, publicUrl, listen, apis, auth, store, signing, sealing, ...rest } = parsed
  return {
    ...rest,
    file,
    directory: dirname(file),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    listen: { ...listen, tls: completeTls(listen.tls) },
    apis: apis.map(api => completeApi(api, parsed.name)),
    auth: auth.map(scheme => completeScheme(scheme, parsed)),
    prompts: parsed.prompts.map(completePrompt),
    store: completeStore(store, parsed.name),
    signing: signing && completeKeys(signing),
    sealing: sealing && completeKeys(sealing),
  }
}

/** Nothing where a proxy speaks TLS. The text of files comes later. */
function completeTls(tls: ParsedConfig['listen']['tls']): TlsConfig | undefined {
  if (tls === undefined || tls.terminatedBy === 'proxy') return undefined
  const { terminatedBy: _, ...rest } = tls
  return { ...rest, certificate: '', privateKey: '', isKeyOpen: false }
}

function completeApi(api: ParsedConfig['apis'][number], name: string): ApiConfig {
  return {
    ...api,
    credentials: Array.isArray(api.credentials) ? api.credentials : [api.credentials],
    tools: {
      ...api.tools,
      prefix: api.tools.prefix ?? `${name}_`,
      uriScheme: api.tools.uriScheme ?? schemeOf(name),
    },
  }
}

/** A name may start with a digit and have `_`, a scheme may not (RFC 3986 section 3.1). */
function schemeOf(name: string): string {
  return name.replaceAll('_', '-').replace(/^(?![a-z])/, 'x-')
}

function completeScheme(
  scheme: ParsedConfig['auth'][number],
  { name, title }: Pick<ParsedConfig, 'name' | 'title'>,
): SchemeConfig {
  if (scheme.type === 'token') return { ...scheme, prefix: scheme.prefix ?? `${name}_pat_` }
  if (scheme.type !== 'oauth') return scheme
  const signIn = scheme.signIn.map(way => ({
    ...way,
    name: way.name ?? way.type,
    title: way.title ?? (way.type === 'oidc' ? new URL(way.issuer).hostname : (title ?? name)),
  }))
  return { ...scheme, prefix: scheme.prefix ?? `${name}_`, header: 'Authorization', signIn }
}

/** The text of a key that is in a file comes later. */
function completeKeys({ keys }: NonNullable<ParsedConfig['signing']>): KeysConfig {
  return { keys: keys.map(({ file, value = '' }) => (file === undefined ? { value } : { file, value })) }
}

function completeStore(store: ParsedConfig['store'], name: string): StoreConfig {
  return store.type === 'redis' ? { ...store, keyPrefix: store.keyPrefix ?? `${name}:` } : store
}

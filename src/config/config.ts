import type { TlsConfig } from './schema/tls.ts'
import type {
  ApiConfig,
  KeysConfig,
  ParsedConfig,
  PromptConfig,
  SchemeConfig,
  StoreConfig,
} from './schema.ts'

/**
 * The configuration that the rest of the program sees: parsed, checked as a whole, defaults filled in, frozen.
 * `file` and `directory` say where it came from: relative paths in it are relative to `directory`.
 */
export interface Config
  extends Omit<
    ParsedConfig,
    'publicUrl' | '$schema' | 'listen' | 'apis' | 'auth' | 'store' | 'signing' | 'sealing' | 'prompts'
  > {
  /** Absolute path of the file. */
  readonly file: string
  /** Directory of the file. */
  readonly directory: string
  /** Origin (and base path) that clients type; undefined where it follows from the listen address at start. */
  readonly publicUrl: string | undefined
  readonly listen: Omit<ParsedConfig['listen'], 'tls'> & { readonly tls?: TlsConfig | undefined }
  readonly apis: readonly ApiConfig[]
  readonly auth: readonly SchemeConfig[]
  readonly store: StoreConfig
  readonly prompts: readonly PromptConfig[]
  readonly signing?: KeysConfig | undefined
  readonly sealing?: KeysConfig | undefined
}

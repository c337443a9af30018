/** The corpus of real documents, beside the project: see `docs/corpus.md`. A checkout without it skips the tests. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder with the documents. */
export const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus')

/** False, or why tests that need the corpus are skipped (tap's `skip`). */
export const isCorpusMissing: string | false = existsSync(CORPUS)
  ? false
  : `there is no ${CORPUS}; these tests need it`

/** Every document, by its path below {@link CORPUS}: the large ones first, so that they start first. */
export const DOCUMENTS: readonly string[] = [
  'k8s.json',
  'github.json',
  'stripe.yaml',
  'openai.yaml',
  'box.json',
  'asana.yaml',
  'twilio.json',
  'slack.json',
  'petstore3.yaml',
  'train.yaml',
  'circular/circular-paths.yaml',
  'circular/circular-request-bodies.yaml',
  'circular/circular.yaml',
  'circular/complex-nesting.yaml',
  'circular/deep/deep-circular.yaml',
  'circular/schema-circular-2.0.yaml',
  'circular/schema-circular.yaml',
  'circular/slowdowns.json',
  'multi-file-2.0/spec/swagger.yaml',
  'multi-file-3.2/openapi.yaml',
  'oas-3.1/non-oauth-scopes.yaml',
  'oas-3.1/tictactoe.yaml',
  'oas-3.1/webhook-example.yaml',
  'oas-3.2/3.2-tags-example.yaml',
  'styles/file-uploads.yaml',
  'styles/parameters-style-3.1.yaml',
  'styles/parameters-style.yaml',
  'styles/polymorphism.yaml',
  'styles/schema-encoding-style.yaml',
]

/** The first of them are so large that each takes a process of its own. */
const LARGE = 8
/** All documents, as they are shared out to processes: starting one takes several times what a small one does. */
export const SHARES: readonly (readonly string[])[] = [
  ...DOCUMENTS.slice(0, LARGE).map(name => [name]),
  DOCUMENTS.slice(LARGE),
]

/** Where a document is. */
export function pathOfDocument(name: string): string {
  return join(CORPUS, name)
}

/** For documents that come from a file and name no address. */
const NO_SERVER = { upstream: 'https://api.example.com' }

/**
 * What the configuration of an API says besides its document, where it must say something: the other origins that
 * operations of the document are at, and an address for documents that name none.
 */
export const SETTINGS: Readonly<Record<string, { upstream?: string; upstreams?: readonly string[] }>> = {
  'box.json': {
    upstreams: ['https://upload.box.com', 'https://account.box.com', 'https://dl.boxcloud.com'],
  },
  'github.json': { upstreams: ['https://uploads.github.com'] },
  'k8s.json': NO_SERVER,
  'circular/deep/deep-circular.yaml': NO_SERVER,
  'multi-file-3.2/openapi.yaml': NO_SERVER,
  'oas-3.1/non-oauth-scopes.yaml': NO_SERVER,
  'oas-3.1/tictactoe.yaml': NO_SERVER,
  'oas-3.2/3.2-tags-example.yaml': NO_SERVER,
  'stripe.yaml': { upstreams: ['https://files.stripe.com'] },
}

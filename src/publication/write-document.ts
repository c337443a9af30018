import { runAtOnce, type Sliced } from '../catalogue/run-in-slices.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import {
  AI_CATALOG,
  cardPath,
  EARLIER_CARD,
  LLMS_FULL_TXT,
  LLMS_TXT,
  toolsPath,
} from '../config/published-paths.ts'
import type { Policy } from '../policy/policy.ts'
import { aiCatalog, CATALOG_TYPE } from './ai-catalog.ts'
import { llmsText, type ServerWords } from './llms-text.ts'
import { publicScopes } from './public-scopes.ts'
import { type PublishedDocument, publishedDocument } from './published-document.ts'
import { CARD_TYPE, serverCard } from './server-card.ts'
import { signInLines } from './sign-in-lines.ts'
import type { PublishedServer, Site } from './site.ts'
import { toolsPage } from './tools-page.ts'

/** What documents are written from, besides the site. */
export interface DocumentSources {
  readonly config: Pick<Config, 'auth' | 'scopes' | 'scopeHierarchy'>
  readonly policy: Policy
  /** All tools of one server. */
  readonly toolsOf: (path: string) => readonly Tool[]
}

/** The document at a path of `published-paths.ts`; undefined where there is nothing to tell. Pure. */
export function* writeDocument(
  path: string,
  site: Site,
  sources: DocumentSources,
): Sliced<PublishedDocument | undefined> {
  const words = (server: PublishedServer): ServerWords => ({
    signIn: signInLines(server, sources.config.auth, site),
    scopes: publicScopes(server, sources.toolsOf(server.path), sources.config, sources.policy),
  })
  if (path === AI_CATALOG) return publishedDocument(CATALOG_TYPE, json(aiCatalog(site)))
  if (path === LLMS_TXT) return publishedDocument(PLAIN, llmsText(site, words))
  if (path === LLMS_FULL_TXT) return yield* inFull(site, words)
  if (path === EARLIER_CARD) {
    const [first] = site.servers
    return first && publishedDocument('application/json', json(serverCard(first, site)))
  }
  const carded = site.servers.find(server => cardPath(server.path) === path)
  if (carded !== undefined) return publishedDocument(CARD_TYPE, json(serverCard(carded, site)))
  const server = site.servers.find(({ path: own }) => toolsPath(own) === path)
  const page = server && (yield* toolsPage(server, site, words(server)))
  return page === undefined ? undefined : publishedDocument('text/markdown; charset=utf-8', page)
}

const PLAIN = 'text/plain; charset=utf-8'

/** llms.txt and the tools pages in one; undefined where strangers are told of no tools. */
function* inFull(
  site: Site,
  words: (server: PublishedServer) => ServerWords,
): Sliced<PublishedDocument | undefined> {
  const parts = [llmsText(site, words)]
  for (const server of site.servers) {
    const page = yield* toolsPage(server, site, words(server))
    if (page !== undefined) parts.push(page)
  }
  return parts.length === 1 ? undefined : publishedDocument(PLAIN, parts.join('\n'))
}

/** The same in one go, for a process that has nothing else to do. */
export function writeDocumentAtOnce(
  ...given: Parameters<typeof writeDocument>
): PublishedDocument | undefined {
  return runAtOnce(writeDocument(...given))
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

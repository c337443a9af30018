/** Where the gateway tells strangers of its MCP servers; paths of the gateway, below which no proxy's path is. */
export const AI_CATALOG = '/.well-known/ai-catalog.json'
/** Where clients look that know an earlier draft of server cards (SEP-1649): the first server's. */
export const EARLIER_CARD = '/.well-known/mcp/server-card.json'
/** What models read first (llmstxt.org). */
export const LLMS_TXT = '/llms.txt'
/** The same with every published tool in full, for models that read one file. */
export const LLMS_FULL_TXT = '/llms-full.txt'

/** The card of an MCP server: at its URL, with the suffix that MCP reserves for it (SEP-2127). */
export function cardPath(server: string): string {
  return `${server === '/' ? '' : server}/server-card`
}

/** Its tools in Markdown. */
export function toolsPath(server: string): string {
  return `${server === '/' ? '' : server}/tools.md`
}

/** Every such path for servers at these paths: nothing else can be served there. */
export function publishedPaths(servers: readonly string[]): readonly string[] {
  const own = servers.flatMap(server => [cardPath(server), toolsPath(server)])
  return [...new Set([AI_CATALOG, EARLIER_CARD, LLMS_TXT, LLMS_FULL_TXT, ...own])]
}

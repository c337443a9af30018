import type { Tool } from '../catalogue/tool.ts'
import type { Config } from '../config/config.ts'
import { hasConnectPage } from '../config/has-connect-page.ts'
import { isLeftOut } from '../config/is-left-out.ts'
import { cardPath, toolsPath } from '../config/published-paths.ts'
import type { PublicationConfig, ServerConfig } from '../config/schema.ts'
import { productTitle, serverTitle } from '../config/titles.ts'
import { resourceUrl } from '../oauth/resource-url.ts'
import type { Policy } from '../policy/policy.ts'
import { publicTools } from './public-tools.ts'
import { registryNames } from './registry-names.ts'
import { type HeaderInput, remoteHeaders } from './remote-headers.ts'

/** All that strangers are told, before it is written in one form or another. Holds nothing else. */
export interface Site {
  readonly title: string
  /** `publicUrl`, or the address that is listened on, without a slash at its end; never from a header. */
  readonly baseUrl: string
  readonly about: Pick<PublicationConfig, 'description' | 'websiteUrl' | 'repository' | 'icons'>
  /** The page that shows people how to connect; undefined where there is none. */
  readonly connectUrl: string | undefined
  /** Those that are told of, in the configuration's order. */
  readonly servers: readonly PublishedServer[]
}

/** One MCP server, as strangers are told of it. */
export interface PublishedServer {
  readonly path: string
  readonly url: string
  /** In reverse DNS. */
  readonly name: string
  readonly title: string
  /** `serverInfo.version`. */
  readonly version: string
  /** What has to be sent where the URL alone is not enough. */
  readonly headers: readonly HeaderInput[]
  readonly cardUrl: string
  /** Undefined where strangers are told of no tools. */
  readonly tools: readonly Tool[] | undefined
  readonly toolsUrl: string
  readonly settings: ServerConfig
}

/** What {@link describeSite} needs. */
export interface SiteOptions {
  readonly config: Pick<Config, 'name' | 'title' | 'auth' | 'publication' | 'connectPage' | 'servers'>
  readonly policy: Policy
  /** All tools of one server. */
  readonly toolsOf: (path: string) => readonly Tool[]
  readonly baseUrl: string
  /** The gateway's, for where the configuration says none. */
  readonly version: string
}

/** What strangers are told; undefined where the configuration says that it is nothing. Pure. */
export function describeSite({ config, policy, toolsOf, baseUrl, version }: SiteOptions): Site | undefined {
  const { publication } = config
  if (publication === false) return undefined
  const names = registryNames(config, baseUrl)
  const told = config.servers.filter(({ path }) => !isLeftOut(config, path))
  return {
    title: productTitle(config),
    baseUrl,
    about: publication,
    connectUrl: hasConnectPage(config) ? `${baseUrl}/` : undefined,
    servers: told.map(server => {
      const { path } = server
      const title = serverTitle(server, config)
      return {
        path,
        url: resourceUrl(baseUrl, path),
        name: names.get(path) ?? config.name,
        title,
        version: publication.version ?? version,
        headers: remoteHeaders(server, config.auth, title),
        cardUrl: baseUrl + cardPath(path),
        tools: publicTools(server, toolsOf(path), config, policy),
        toolsUrl: baseUrl + toolsPath(path),
        settings: server,
      }
    }),
  }
}

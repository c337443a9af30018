import type { Config } from './config.ts'

/** Whether people are shown at `/` how to connect. Whoever tells strangers nothing does not begin with a page. */
export function hasConnectPage({
  connectPage,
  publication,
}: Pick<Config, 'connectPage' | 'publication'>): boolean {
  return connectPage ?? publication !== false
}

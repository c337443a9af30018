import type { IncomingMessage } from 'node:http'
import { PosternError } from '../errors.ts'
import type { Access } from './access.ts'

/**
 * Lets only requests through that name this gateway as their host, for whatever answers without a credential.
 *
 * @throws PosternError `host_not_allowed`
 */
export function admitHost(
  access: Pick<Access, 'isHostAllowed'>,
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
): void {
  if (!access.isHostAllowed(headers.host, socket.localPort)) throw new PosternError('host_not_allowed')
}

import type { IncomingHttpHeaders } from 'node:http'
import { PosternError } from '../errors.ts'
import { decodeHeaderValue } from './header-value.ts'
import type { RpcNotification, RpcRequest } from './json-rpc.ts'

/**
 * Checks the standard headers of a modern message against its body, so that whatever routes or guards by
 * header sees the same message as we do (2026-07-28 basic/transports/streamable-http "Server Validation").
 * Repeated headers arrive joined with a comma and therefore never match. On notifications, for which the
 * revision asks for no headers, only a header that is there is compared.
 *
 * It does not look at MCP-Protocol-Version, which `era.ts` compares, nor at Mcp-Param-*.
 *
 * @throws PosternError `header_mismatch`
 */
export function checkMethodHeader(message: RpcRequest | RpcNotification, headers: IncomingHttpHeaders): void {
  const header = headers['mcp-method']
  if (header === undefined && message.kind === 'notification') return
  compare('Mcp-Method', header, header, message.method)
}

/** Checks Mcp-Name against the name or URI in the params of a modern request. @throws PosternError `header_mismatch` */
export function checkNameHeader(name: string, headers: IncomingHttpHeaders): void {
  const header = headers['mcp-name']
  const value = typeof header === 'string' ? decodeHeaderValue(header) : undefined
  compare('Mcp-Name', header, value, name)
}

function compare(header: string, sent: unknown, decoded: string | string[] | undefined, body: string): void {
  if (decoded !== undefined && decoded === body) return
  throw new PosternError('header_mismatch', {
    message:
      sent === undefined
        ? `The header ${header} is missing; it must repeat what the body says.`
        : `The header ${header} does not match the body.`,
  })
}

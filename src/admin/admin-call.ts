import type { FastifyRequest } from 'fastify'
import type { AuditRecord } from '../audit/record.ts'
import { Cancellation } from '../auth/cancellation.ts'
import type { Principal } from '../auth/principal.ts'
import type { PosternError } from '../errors.ts'
import type { ClientAddress } from '../mcp/client-address.ts'
import type { Matched } from './routes.ts'

/** One request to the API on its way, and what the audit will say about it. */
export class AdminCall {
  readonly request: FastifyRequest
  /** Undefined where the client's peer is gone. */
  readonly remoteAddress: string | undefined
  /** Aborted when the client goes away. */
  readonly signal = new Cancellation()
  matched: Matched | undefined
  principal: Principal | undefined
  /** Id of the message, where a signature was verified. */
  webhookId: string | undefined
  asked: Readonly<Record<string, unknown>> | undefined
  failure: PosternError | undefined
  readonly #start = performance.now()

  constructor(request: FastifyRequest, clientAddress: ClientAddress) {
    this.request = request
    this.remoteAddress = clientAddress(request.raw)
  }

  /** Who did what to whom. Tokens are in none of its members. */
  record(): AuditRecord {
    const { failure, matched, webhookId, asked } = this
    const operation = matched?.route.operationId
    return {
      event: 'admin',
      requestId: this.request.id,
      outcome: failure === undefined ? 'ok' : isDenial(failure) ? 'denied' : 'error',
      code: failure?.code,
      operation,
      principal: this.principal,
      client: this.request.headers['user-agent']?.slice(0, 128),
      remoteAddress: this.remoteAddress,
      durationMs: performance.now() - this.#start,
      arguments: webhookId === undefined ? asked : { ...asked, webhook: webhookId },
    }
  }
}

function isDenial({ status }: PosternError): boolean {
  return status === 401 || status === 403 || status === 429
}

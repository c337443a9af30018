import { SentinelConnector } from 'ioredis'

/**
 * Connects ioredis to the primary that the Sentinels name, and takes it only if it says itself that it is one. The
 * connector that this extends also takes a server that says nothing, because the user may not ask `INFO`.
 */
export class RedisSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof SentinelConnector>[0])
  }

  override check(info: { readonly role?: string }): boolean {
    return info.role !== undefined && super.check(info)
  }
}

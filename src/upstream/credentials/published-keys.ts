import type { FastifyInstance } from 'fastify'
import type { JSONWebKeySet } from 'jose'
import { PosternError } from '../../errors.ts'

/**
 * Serves the public keys that verify what Postern signs, to everybody (RFC 7517). Where none are configured there is
 * nothing at this address.
 *
 * @param published - asked for every request, since a reload may change the keys
 */
export function registerPublishedKeys(
  fastify: FastifyInstance,
  published: () => JSONWebKeySet | undefined,
): void {
  fastify.get('/.well-known/jwks.json', async (_request, reply) => {
    const keys = published()
    if (keys === undefined) throw new PosternError('not_found')
    return reply
      .header('cache-control', CACHE)
      .header('x-content-type-options', 'nosniff')
      .type('application/jwk-set+json')
      .send(JSON.stringify(keys))
  })
}

/** Seconds after which backends ask again: a new key has to be published that long before it signs. */
const CACHE = 'public, max-age=300'

import type { OAuthRoute } from '../http.ts'
import { authorizationServerRoutes, type ServerSurroundings } from './authorization-server.ts'
import { protectedResourceRoute } from './protected-resource.ts'

/**
 * All well-known addresses at which clients learn how to get a token. They are there whatever the configuration says,
 * and answer 404 where it has nothing to tell: a reload may change that.
 */
export function metadataRoutes(surroundings: ServerSurroundings): readonly OAuthRoute[] {
  return [protectedResourceRoute(surroundings), ...authorizationServerRoutes(surroundings)]
}

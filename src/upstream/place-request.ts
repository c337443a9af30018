import { TENANTS_BASE_URL } from '../catalogue/document/operation-base-url.ts'
import type { TenantUrl } from '../config/tenant-url.ts'
import { PosternError } from '../errors.ts'
import type { UpstreamRequest } from './build-request.ts'

/**
 * A request of an API with tenants, at the backend of one of them; redirects stay below its base path.
 *
 * @throws PosternError `internal_error` for a request that already has a place
 */
export function placeRequest(request: UpstreamRequest, { origin, basePath }: TenantUrl): UpstreamRequest {
  if (request.origin !== TENANTS_BASE_URL) {
    throw new PosternError('internal_error', { detail: 'the request of a tenant has another place' })
  }
  return { ...request, origin, path: basePath + request.path, within: basePath }
}

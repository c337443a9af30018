import { z } from 'zod'
import type { AdminOptions } from './admin-options.ts'
import { describeAdmin } from './describe-admin.ts'
import { type AdminRoute, defineRoute } from './route.ts'

/** The operation that tells the API's own OpenAPI document. */
export function documentRoute({ url, version }: Pick<AdminOptions, 'url' | 'version'>): AdminRoute {
  return defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getDocument',
    summary: 'This document',
    description: 'The OpenAPI document of this API.',
    status: 200,
    answer: z.looseObject({}),
    errors: [],
    async run() {
      return { answer: describeAdmin(url(), version) }
    },
  })
}

import { z } from 'zod'
import { describeAdmin } from './describe-admin.ts'
import { type AdminRoute, defineRoute } from './route.ts'

/**
 * All operations of the API: these, and one that tells their document.
 *
 * @param url - tells the API's address
 */
export function withDocument(routes: readonly AdminRoute[], url: () => string): readonly AdminRoute[] {
  const documented: AdminRoute = defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getDocument',
    summary: 'This document',
    description: 'What can be asked here, as an OpenAPI document.',
    status: 200,
    answer: z.looseObject({}),
    errors: [],
    async run() {
      return { answer: describeAdmin(all, url()) }
    },
  })
  const all = [...routes, documented]
  return all
}

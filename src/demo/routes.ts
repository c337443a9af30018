import { accountRoutes } from './account-routes.ts'
import { contactRoutes } from './contact-routes.ts'
import { invoiceRoutes } from './invoice-routes.ts'
import type { Context, Route } from './route.ts'
import { workspaceRoutes } from './workspaces.ts'

/** Every operation that the product serves. */
export function allRoutes(context: Context): readonly Route[] {
  return [
    ...accountRoutes(),
    ...workspaceRoutes(context),
    ...contactRoutes(context),
    ...invoiceRoutes(context),
  ]
}

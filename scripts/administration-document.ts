import { stringify } from 'yaml'
import { describeAdmin } from '../src/admin/describe-admin.ts'
import { ADMIN_ROUTES } from '../src/admin/routes.ts'
import { withDocument } from '../src/admin/with-document.ts'

/** The text of `openapi/admin.yaml`, made from the operations in `src/admin/`. */
export function administrationDocument(): string {
  const routes = withDocument(ADMIN_ROUTES, () => URL_PATH)
  return stringify(describeAdmin(routes, URL_PATH), { aliasDuplicateObjects: false, lineWidth: 120 })
}

/** Where the API usually is. */
const URL_PATH = '/admin'

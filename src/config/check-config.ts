import { checkAddresses } from './checks/addresses.ts'
import { checkAdmin } from './checks/admin.ts'
import { checkAudit } from './checks/audit.ts'
import { checkCredentials } from './checks/credentials.ts'
import { checkEntitlements } from './checks/entitlements.ts'
import { checkJwt } from './checks/jwt.ts'
import { checkKeys } from './checks/keys.ts'
import { checkLimits } from './checks/limits.ts'
import { checkNames } from './checks/names.ts'
import { checkOAuth } from './checks/oauth.ts'
import { checkPaths } from './checks/paths.ts'
import { checkPrompts } from './checks/prompts.ts'
import { checkPublication } from './checks/publication.ts'
import { checkRedirects } from './checks/redirects.ts'
import { checkSchemes } from './checks/schemes.ts'
import { checkScopes } from './checks/scopes.ts'
import { checkStore } from './checks/store.ts'
import { checkTenants } from './checks/tenants.ts'
import { checkTls } from './checks/tls.ts'
import { checkVerify } from './checks/verify.ts'
import type { Config } from './config.ts'
import type { Finding } from './problem.ts'

/** What needs more than one key to see. Pure: files, the network and the documents are not looked at. */
const CHECKS: readonly ((config: Config) => readonly Finding[])[] = [
  checkNames,
  checkPaths,
  checkAdmin,
  checkAddresses,
  checkTls,
  checkSchemes,
  checkRedirects,
  checkVerify,
  checkJwt,
  checkOAuth,
  checkScopes,
  checkKeys,
  checkCredentials,
  checkTenants,
  checkEntitlements,
  checkLimits,
  checkPrompts,
  checkAudit,
  checkPublication,
  checkStore,
]

/** Everything that is wrong with a configuration as a whole; empty if nothing is. */
export function checkConfig(config: Config): readonly Finding[] {
  return CHECKS.flatMap(check => check(config))
}

import type { AuditRecord } from '../audit/record.ts'
import type { CancelSignal } from '../auth/cancel-signal.ts'
import type { Authenticated } from '../auth/principal.ts'
import type { AdminConfig } from '../config/schema.ts'
import type { PosternError } from '../errors.ts'
import type { Access } from '../mcp/access.ts'
import type { ClientAddress } from '../mcp/client-address.ts'
import type { PresentedRequest } from '../mcp/door.ts'
import type { AdminDesk } from './desk.ts'

/** What the API needs from the other rooms. Functions are asked anew for every request, since a reload may change the answer. */
export interface AdminOptions {
  /** Below which it is served. */
  readonly path: string
  /** The API's absolute URL, for its document. */
  readonly url: () => string
  readonly config: () => Pick<AdminConfig, 'role' | 'webhook'>
  readonly desk: AdminDesk
  readonly access: Access
  readonly clientAddress: ClientAddress
  /** Tells the caller; never an anonymous one, and only of the schemes that sign in here. */
  readonly authenticate: (
    request: PresentedRequest & { readonly signal: CancelSignal },
  ) => Authenticated | Promise<Authenticated>
  /** Names of all headers in which callers sign in anywhere. */
  readonly credentialHeaders: () => readonly string[]
  /** What credentials start with, where that tells them from other texts. */
  readonly credentialPrefixes: () => readonly string[]
  /** Response headers that an error needs besides its own, such as WWW-Authenticate. */
  readonly challenge: (error: PosternError) => Readonly<Record<string, string>>
  /** Throws while nothing may be done since it could not be put on record; undefined where things go on all the same. */
  readonly refuseUnrecorded: (() => void) | undefined
  readonly audit: (record: AuditRecord) => void
  /** Takes what was thrown and is no PosternError, and what is private in those that are. */
  readonly onFailure: (error: unknown, requestId: string) => void
}

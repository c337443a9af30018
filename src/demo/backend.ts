import { createApp } from './app.ts'
import { mintPair, mintPat, revokeToken, setServiceToken } from './credentials.ts'
import { openDatabase } from './database.ts'
import type { Context } from './route.ts'
import { type DemoUser, USERS } from './sample.ts'
import { seed } from './seed.ts'

export interface DemoBackendOptions {
  /** SQLite file, or `:memory:`. */
  readonly path: string
  /** Fills an empty database with the sample data; default true. */
  readonly seed?: boolean
  /** A personal access token fixed in advance, of the sample data's machine user, for a gateway to sign in with. */
  readonly serviceToken?: string | undefined
  /** The clock; default: the real one. */
  readonly now?: () => Date
}

/** Credentials of the sample data's users. Without a user they are the admin's, whose role narrows nothing. */
export interface DemoCredentials {
  /** Mints a personal access token; this is the only time that it is shown. */
  readonly pat: (scopes: readonly string[], user?: DemoUser) => string
  /** Mints what the user sends in the headers `Email` and `Token`. */
  readonly pair: (user?: DemoUser) => { readonly email: string; readonly token: string }
  /** Ends a token of either kind; false if there is none. */
  readonly revoke: (token: string) => boolean
}

/** Tallybook, the demo's invoicing product: a REST API over its own database. */
export interface DemoBackend {
  readonly credentials: DemoCredentials
  /** Starts listening and resolves to the base URL, without trailing slash. Port 0 takes a free one. */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<string>
  /** Lets running requests end, then closes the database. Safe to call twice. */
  readonly close: () => Promise<void>
}

/**
 * Opens the database and builds the API over it.
 *
 * @throws Error if the database can't be opened, or the service token has not the form of one.
 */
export function createDemoBackend(options: DemoBackendOptions): DemoBackend {
  const database = openDatabase(options.path)
  try {
    const context: Context = { database, now: options.now ?? (() => new Date()) }
    if (options.seed ?? true) seed(context)
    if (options.serviceToken !== undefined) {
      setServiceToken(database, USERS.gateway.email, options.serviceToken)
    }
    const app = createApp(context)
    app.addHook('onClose', async () => database.close())
    return {
      credentials: {
        pat: (scopes, user = 'admin') => mintPat(database, USERS[user].email, scopes),
        pair: (user = 'admin') => mintPair(database, USERS[user].email),
        revoke: token => revokeToken(database, token),
      },
      listen: address => app.listen(address),
      close: () => app.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

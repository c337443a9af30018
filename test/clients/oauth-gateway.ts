import type { Test } from 'tap'
import { json, startDocumentServer } from '../oauth/clients/fixtures.ts'
import { type OAuthGateway, startGateway } from '../oauth/gateway.ts'
import { type Driven, driveConsent, type Somebody } from './drive-consent.ts'
import type { Seclusion } from './run-child.ts'
import type { MetadataDocument } from './shapes/shape.ts'
import { standInBrowser, type Visits } from './stand-in-browser.ts'

/** A gateway that clients of this machine connect to by OAuth, and the person before them. */
export interface ClientsGateway extends OAuthGateway {
  /** The MCP endpoint, `http://127.0.0.1:…/mcp`. */
  readonly url: string
  /** Puts the person in place of a client’s browser. */
  readonly seat: (t: Test, seclusion: Seclusion, more?: Partial<Somebody>) => Promise<Seat>
  /** Ends every connection that was made so far, as an administrator would. */
  readonly endConnections: () => Promise<void>
  /** The audit’s records so far. */
  readonly audit: () => readonly AuditRecord[]
}

/** What tests look at in a record. */
export interface AuditRecord {
  readonly event: string
  readonly operation?: string
  readonly arguments?: { readonly grant?: string; readonly scopes?: readonly string[] }
}

/** Who sits before one client. */
export interface Seat extends Visits {
  /** What they saw and where they were sent, visit by visit. */
  readonly driven: readonly Driven[]
}

/**
 * Starts it under its own address, as clients on the same machine know it. Nothing is fetched from the internet here,
 * so clients have to register; those with a metadata document are taken where a server of the test answers it.
 */
export async function clientsGateway(
  t: Test,
  oauth: object = {},
  document?: MetadataDocument,
): Promise<ClientsGateway> {
  const server = document && (await startDocumentServer(t, [new URL(document.client_id).hostname]))
  if (server !== undefined) server.answer = json(document)
  const gateway = await startGateway(t, {
    oauth: { registration: { documents: server !== undefined, dynamic: server === undefined }, ...oauth },
    config: { publicUrl: undefined },
    ...(server !== undefined && { documents: server.documents }),
  })
  const audit = (): AuditRecord[] =>
    gateway
      .written()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  return {
    ...gateway,
    audit,
    async endConnections() {
      const grants = new Set(audit().flatMap(({ arguments: { grant } = {} }) => grant ?? []))
      const at = gateway.clock.now()
      for (const value of grants) {
        await gateway.node.app.store.revoke({
          kind: 'credential',
          value,
          recheck: false,
          at,
          until: undefined,
          reason: 'test',
        })
      }
    },
    url: `${gateway.node.origin}/mcp`,
    async seat(t, seclusion, more = {}) {
      const driven: Driven[] = []
      const credential = [gateway.product.credentials.pat(['*'])]
      const visits = await standInBrowser(t, seclusion, async url => {
        driven.push(await driveConsent(url, { credential, ...more }))
      })
      return { ...visits, driven }
    },
  }
}

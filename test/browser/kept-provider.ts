/** What both generations of the official client ask of a program that connects by OAuth: to keep things for them. */

/** How the client introduces itself to the authorization server. */
export interface Introduction {
  readonly redirectUrl: string
  /** Address of a Client ID Metadata Document; without one the client registers itself. */
  readonly clientMetadataUrl?: string | undefined
}

/**
 * Keeps in memory what the SDK hands over, and hands it back as it was. Overrides none of the SDK's checks: of issuer,
 * resource, state of the discovery. `Information`, `Tokens` and `Discovery` are the SDK's own types.
 */
export class KeptProvider<Information, Tokens extends object, Discovery> {
  readonly redirectUrl: string
  readonly clientMetadataUrl?: string
  /** What would open in the person's browser, in order. */
  readonly opened: URL[] = []
  /** What was forgotten because the authorization server said that it no longer holds. */
  readonly invalidated: string[] = []
  kept: {
    information?: Information | undefined
    tokens?: Tokens | undefined
    discovery?: Discovery | undefined
    verifier?: string | undefined
    state?: string | undefined
  } = {}

  constructor({ redirectUrl, clientMetadataUrl }: Introduction) {
    this.redirectUrl = redirectUrl
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl
  }

  get clientMetadata() {
    return { client_name: 'Month-end helper', redirect_uris: [this.redirectUrl] }
  }

  state(): string {
    this.kept.state = crypto.randomUUID()
    return this.kept.state
  }

  clientInformation(): Information | undefined {
    return this.kept.information
  }

  saveClientInformation(information: Information): void {
    this.kept.information = information
  }

  tokens(): Tokens | undefined {
    return this.kept.tokens
  }

  saveTokens(tokens: Tokens): void {
    this.kept.tokens = tokens
  }

  redirectToAuthorization(url: URL): void {
    this.opened.push(url)
  }

  saveCodeVerifier(verifier: string): void {
    this.kept.verifier = verifier
  }

  codeVerifier(): string {
    if (this.kept.verifier === undefined) throw new Error('no verifier was kept')
    return this.kept.verifier
  }

  saveDiscoveryState(discovery: Discovery): void {
    this.kept.discovery = discovery
  }

  discoveryState(): Discovery | undefined {
    return this.kept.discovery
  }

  invalidateCredentials(what: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    this.invalidated.push(what)
    if (what === 'all') this.kept = {}
    if (what === 'client') this.kept.information = undefined
    if (what === 'tokens') this.kept.tokens = undefined
    if (what === 'verifier') this.kept.verifier = undefined
    if (what === 'discovery') this.kept.discovery = undefined
  }
}

/** Where browsers may be sent with a code: one rule for registration, metadata documents and authorization. */
export interface RedirectPolicy {
  /**
   * What a redirect URI is, where it is allowed here.
   *
   * @throws PosternError `oauth_invalid_redirect_uri` that says which and what to do
   */
  check(uri: string): RedirectTarget
}

/** A redirect URI, for those who decide and for people. */
export interface RedirectTarget {
  /** As written. */
  readonly uri: string
  /** `loopback`: a program on the user’s machine. `app`: a private scheme that some program there has taken. */
  readonly kind: 'https' | 'loopback' | 'app'
  /** What people read: the host as ASCII with its port, or the scheme. */
  readonly shown: string
  /**
   * Whether an administrator, or a preset, names it: only then is a browser sent there without its person having seen
   * where it goes (RFC 9700 section 4.11.2). False for any other website, where all are let in.
   */
  readonly isTrusted: boolean
}

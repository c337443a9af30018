/**
 * What the pages for people show and ask: plain data, made by the authorization server, drawn by the other files of
 * this folder. Every text may come from strangers; drawing escapes it, and leaves out what nobody sees.
 *
 * Forms are sent as `application/x-www-form-urlencoded`, no name twice. Fields of each are listed with its page.
 */
import type { Tier } from '../../catalogue/tool.ts'

/** What a form needs to come back to where it belongs. */
export interface PageForm {
  /** Path that it is sent to, `/oauth/consent`. */
  readonly action: string
  /** Hidden field `flow`; undefined: there is none. */
  readonly flow?: string | undefined
  /** Hidden field `csrf`. */
  readonly csrf: string
}

/** The program that wants to connect. */
export interface PageClient {
  readonly name: string
  /** See `OAuthClient.origin`. */
  readonly origin: 'configured' | 'registered' | 'document' | 'machine'
  /** Of `document`: the host that its metadata came from, which is all that is verified. */
  readonly host: string | undefined
}

/** Where the browser goes with the answer; `RedirectTarget` has it. */
export interface PageRedirect {
  readonly kind: 'https' | 'loopback' | 'app'
  /** Host with port, or the private scheme. */
  readonly shown: string
}

/** The MCP server. */
export interface PageServer {
  readonly title: string
  /** Absolute. */
  readonly url: string
}

/** Somebody who has signed in. */
export interface PagePerson {
  /** A name, an e-mail address, else the subject. */
  readonly display: string
  readonly organization: string | undefined
}

/** A scope in words; `describe-scope.ts` makes it. */
export interface PageScope {
  /** `read:invoices`. */
  readonly name: string
  /** `See invoices`. */
  readonly words: string
}

/** What some tools of one tier do; `describe-tools.ts` makes it. */
export interface PageAbility {
  readonly tier: Tier
  /** How many tools. */
  readonly count: number
  /** The first few of them, those that can't be undone or reach others first. */
  readonly tools: readonly PageTool[]
  /** How many may destroy or overwrite something. */
  readonly destructive: number
  /** How many reach people or systems outside of the product. */
  readonly openWorld: number
}

/** One tool. */
export interface PageTool {
  /** Its title where it has one, else its name. */
  readonly title: string
  readonly name: string
  readonly destructive: boolean
  readonly openWorld: boolean
}

/**
 * Asks somebody to sign in. One form for each way. Fields: `flow`, `csrf`, `way` (its name), `field0`, `field1`, … as
 * listed. Where `canDeny`, another form sends `flow`, `csrf`, `decision=deny`.
 */
export interface SignInPage {
  /** Title of the gateway, for people. */
  readonly product: string
  readonly form: PageForm
  /** Undefined where somebody signs in to see their connected apps. */
  readonly client: PageClient | undefined
  readonly redirect: PageRedirect | undefined
  readonly server: PageServer | undefined
  readonly ways: readonly PageWay[]
  /** Whether the person can say no to the client here already. */
  readonly canDeny: boolean
  /** What was wrong with the last try, in words; undefined on the first. */
  readonly problem: PageProblem | undefined
}

/** What was wrong with what somebody sent. */
export interface PageProblem {
  /** What happened and what to do. */
  readonly text: string
  /** `name` of the way that it is about; undefined: of none. */
  readonly way?: string | undefined
}

/** A way of signing in. */
export interface PageWay {
  /** Sent as `way`. */
  readonly name: string
  /** `Acme`: the button says `Sign in with Acme`. */
  readonly title: string
  /** What is to be typed; empty where a button is enough. */
  readonly fields: readonly PageField[]
  /** Page of the product where people find what is to be typed: an http or https URL. */
  readonly help: string | undefined
}

/** Something to type. Sent as `field<index>`. */
export interface PageField {
  readonly label: string
  /** Not shown while it is typed, and never filled in again. */
  readonly secret: boolean
  /** What was typed before; never of a secret. */
  readonly value?: string | undefined
  /** What browsers fill in by themselves (HTML, "Autofill"). */
  readonly autocomplete?: 'username' | 'email' | undefined
}

/**
 * Asks a person whether a client may connect. Fields: `flow`, `csrf`, `scope.<index>` with the scope's name for each
 * that is ticked, and `decision`: `approve`, `deny` or `switch` (sign in as somebody else).
 */
export interface ConsentPage {
  readonly product: string
  readonly form: PageForm
  readonly client: PageClient
  /** With the whole redirect URI: people compare it with the app that they opened. */
  readonly redirect: PageRedirect & { readonly uri: string }
  readonly person: PagePerson
  readonly server: PageServer
  /** At least one; all that can be given, ticked at first. */
  readonly scopes: readonly (PageScope & { readonly ticked: boolean })[]
  /** What the client can do with all of them. */
  readonly abilities: readonly PageAbility[]
  /** Undefined on the first showing. */
  readonly problem: PageProblem | undefined
}

/** Says that something happened: an error, or that all is done. */
export interface MessagePage {
  readonly product: string
  readonly kind: 'error' | 'notice'
  /** What happened, as a heading without a full stop: `This page has expired`. */
  readonly heading: string
  /** What happened and what to do, a paragraph each. */
  readonly paragraphs: readonly string[]
  /** For whoever looks into the log; undefined: not shown. */
  readonly requestId: string | undefined
  /** Where to go on: a path of this site, or a whole URI that was checked; never one that runs a script. */
  readonly link?: { readonly href: string; readonly text: string } | undefined
}

/**
 * A person's own connections and tokens. Fields of each button's form: `csrf` and `revoke` (an id), or
 * `decision=sign-out`.
 */
export interface ConnectionsPage {
  readonly product: string
  readonly form: PageForm
  readonly person: PagePerson
  readonly connections: readonly PageConnection[]
  readonly tokens: readonly PageToken[]
  /** Path and query of what comes after; each undefined on its last page. */
  readonly moreConnections: string | undefined
  readonly moreTokens: string | undefined
  /** Path of the first page; undefined when this is it. */
  readonly first: string | undefined
  /** Further words, for example of what is not listed. */
  readonly remark: string | undefined
  /** What has just been done. */
  readonly done: string | undefined
  readonly problem: PageProblem | undefined
}

/** A grant, for its person. */
export interface PageConnection {
  /** `gra_…`. */
  readonly id: string
  readonly client: PageClient
  readonly server: PageServer
  readonly scopes: readonly PageScope[]
  /** Milliseconds since the epoch, as all times. */
  readonly createdAt: number
  readonly usedAt: number | undefined
}

/** A personal access token, for its person. */
export interface PageToken {
  /** `tok_…`. */
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly scopes: readonly PageScope[]
  readonly createdAt: number
  readonly usedAt: number | undefined
  readonly expiresAt: number | undefined
}

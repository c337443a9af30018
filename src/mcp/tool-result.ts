import type { InputRequired } from '../elicitation/dialogue.ts'

/** A block of a tool result's `content` (MCP schema `ContentBlock`, the kinds that a REST answer can become). */
export type ContentBlock =
  | {
      readonly type: 'text'
      readonly text: string
      /** The same text as a JSON string, where that is at hand. */
      readonly quoted?: string
    }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource'
      readonly resource: {
        readonly uri: string
        readonly mimeType?: string
        readonly text?: string
        readonly blob?: string
      }
    }

/** A block of text that knows how it is written in JSON, so that nobody has to find out again. */
export class QuotedText {
  readonly type = 'text'
  readonly text: string
  readonly #escaped: string

  /** @param escaped - the text as it stands within a JSON string (RFC 8259 section 7), without the quotes around it */
  constructor(text: string, escaped: string) {
    this.text = text
    this.#escaped = escaped
  }

  /** The text as a JSON string. */
  get quoted(): string {
    return `"${this.#escaped}"`
  }
}

/** What a tool call yields (MCP schema `CallToolResult`), before the era's envelope is put around it. */
export interface ToolResult {
  readonly content: readonly ContentBlock[]
  /** `structuredContent`, already serialised: a JSON object as text. Undefined where there is none. */
  readonly structured: string | undefined
  readonly isError: boolean
  /** Members of the result's `_meta`, already serialised, `"postern/next":{…}`; undefined where there are none. */
  readonly meta?: string | undefined
  /** The product's own code of a failure, where the configuration names one; for the audit. */
  readonly errorCode?: string | undefined
  /** Set where this is no result yet: what the client has to ask its user first (2026-07-28 only). */
  readonly inputRequired?: InputRequired | undefined
  /** How many members of the answer are not as the document says, where that was looked at; for the audit. */
  readonly drift?: number | undefined
}

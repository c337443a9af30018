import type { TextTemplate } from '../../config/text-template.ts'
import type { Guard } from '../../policy/is-open-to.ts'

/** A prompt of the configuration, ready to be filled in. Frozen. */
export interface Prompt extends Guard {
  readonly name: string
  readonly description: string | undefined
  readonly arguments: readonly PromptArgument[]
  /** What the user is asked where required arguments are missing; undefined where nobody is. */
  readonly ask: string | undefined
  readonly messages: readonly PromptMessage[]
  /** Its entry of a `prompts/list` result, serialised. */
  readonly definition: string
}

/** One argument of a prompt. */
export interface PromptArgument {
  readonly name: string
  readonly title: string | undefined
  readonly description: string | undefined
  readonly required: boolean
  /** Values that it is completed with. */
  readonly values: readonly string[]
  /** The tool whose answer has the values; undefined where none does. */
  readonly from: ValueSource | undefined
}

/** Where an argument's values come from: the answer of a tool, called as the caller. */
export interface ValueSource {
  readonly tool: string
  /** What the tool is called with: values that are always the same, and texts that other arguments are put into. */
  readonly arguments: ReadonlyMap<string, TextTemplate | number | boolean>
  /** Takes the values out of a JSON answer (JMESPath). Throws where it can't be evaluated. */
  readonly items: (answer: unknown) => unknown
}

/** One message of a prompt (MCP `PromptMessage`). */
export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly content:
    | { readonly type: 'text'; readonly text: TextTemplate }
    /** An image or a sound, already serialised as a content block. */
    | { readonly type: 'media'; readonly block: string }
    /** A resource that is read as the caller. */
    | { readonly type: 'resource'; readonly uri: TextTemplate }
}

import type { TextTemplate } from '../../config/text-template.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'

/** What is asked of the user, through the client, before a call is sent. */
export interface Asking {
  /** Forms, one after the other. */
  readonly questions: readonly Question[]
  /** Asked last, when all else is known; undefined where the user need not say yes. */
  readonly confirmation: Confirmation | undefined
  /** Another one whenever the tool, its request or what is asked is another: answers are good for one only. */
  readonly fingerprint: string
}

/** A form for the user: arguments that the model can't set. */
export interface Question {
  /** What it is called in the protocol, unique among the tool's. */
  readonly name: string
  readonly message: TextTemplate
  /** Names of the arguments that it asks for. */
  readonly arguments: readonly string[]
  /** As elicitation allows it (MCP 2026-07-28 client/elicitation "Requested Schema"): flat, without references. */
  readonly requestedSchema: JsonObject
  /** Checks what was filled in, by the document's own schemas. An empty list means valid. */
  readonly validate: (answers: JsonObject) => readonly ArgumentProblem[]
}

/** The last word before a call. */
export interface Confirmation {
  /** Undefined: made from the tool and its arguments. */
  readonly message: TextTemplate | undefined
  /** What becomes of calls through clients that can't ask. */
  readonly without: 'refuse' | 'call'
}

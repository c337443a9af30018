import type { JsonObject } from '../catalogue/tool.ts'

/** A form for the user, `elicitation/create` in form mode (MCP client/elicitation, both eras). */
export interface ElicitRequest {
  readonly message: string
  readonly requestedSchema: JsonObject
}

/** How the user can be asked while a request is served; differs by era and client. */
export type Dialogue =
  /** 2026-07-28: the result says what is missing, and the client sends the request again with the answers. */
  | {
      readonly kind: 'rounds'
      /** `inputResponses` and `requestState` of the request, as they came. */
      readonly responses: unknown
      readonly state: unknown
    }
  /** 2025-*: the server sends a request of its own and waits. */
  | {
      readonly kind: 'live'
      /**
       * Resolves to the client's result, as it came; undefined where the client answered with an error or in no time.
       *
       * @throws PosternError `too_many_questions`, `cancelled`
       */
      readonly elicit: (request: ElicitRequest) => Promise<unknown>
    }
  /** The client did not say that it can. `isSaidPerRequest` in the era in which each request says it. */
  | { readonly kind: 'none'; readonly isSaidPerRequest: boolean }

/** Where a request says how its user can be asked. */
export interface DialogueSource {
  /** Found out when it is asked for. @throws PosternError `unknown_session` */
  readonly dialogue: Dialogue
}

/** What a request still needs (MCP 2026-07-28 basic/patterns/mrtr "InputRequiredResult"). */
export interface InputRequired {
  readonly requests: Readonly<Record<string, ElicitRequest>>
  /** Comes back with the answers, and must come back as it is. */
  readonly state: string
}

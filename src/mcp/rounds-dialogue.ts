import type { JsonObject } from '../catalogue/tool.ts'
import { canElicit } from '../elicitation/can-elicit.ts'
import type { Dialogue } from '../elicitation/dialogue.ts'
import { envelopeCapabilities } from './envelope.ts'

/** How the user of a modern request can be asked: in rounds, where the request says that its client can. */
export function roundsDialogue(params: JsonObject | undefined): Dialogue {
  if (!canElicit(envelopeCapabilities(params))) return NOT_SAID
  return { kind: 'rounds', responses: params?.inputResponses, state: params?.requestState }
}

const NOT_SAID: Dialogue = Object.freeze({ kind: 'none', isSaidPerRequest: true })

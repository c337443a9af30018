/**
 * What is said between a user and the gateway before one call, whichever way the client has for it. In rounds, each
 * request brings the answer to the question that is open and gets the next one; what happened before is in the state,
 * and nothing is kept here. Live, the questions are asked while the request waits.
 *
 * A client speaks for its user: one that answers by itself can't be told from one that asks. What this guards is that
 * an answer is good for the call that it was given for, once.
 */
import { hash, randomBytes } from 'node:crypto'
import type { Principal } from '../auth/principal.ts'
import { isJsonObject } from '../catalogue/is-json-object.ts'
import type { JsonObject, Tool } from '../catalogue/tool.ts'
import { PosternError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { askedPerson } from './asked-person.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Dialogue, DialogueSource, ElicitRequest, InputRequired } from './dialogue.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import { openState, type RequestState, sealState } from './request-state.ts'
import { rightsOf } from './rights-of.ts'

/** The call that it is about. */
export interface InterviewedCall {
  readonly server: { readonly path: string }
  readonly caller: { readonly principal: Principal }
  /** As sent. */
  readonly arguments: JsonObject
  readonly user?: DialogueSource | undefined
}

/** What an interview asks of the rest of the program. */
export interface InterviewOptions {
  readonly store: Pick<Store, 'installation' | 'commit'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** False once another configuration is in force than the one that the call began under. */
  readonly isCurrent?: () => boolean
}

/** One question, as it is put to the user. */
export interface PutQuestion {
  /** Its position among those of the call. */
  readonly round: number
  readonly name: string
  readonly request: ElicitRequest
  /** Whether an answer counts that comes before it was asked; never for a yes. */
  readonly takesAnyAnswer: boolean
}

/** Time for one answer, in milliseconds. */
export const ANSWER_TIME = 5 * 60_000
/** For all of a call. */
const CONVERSATION_TIME = 15 * 60_000
/** How far the clocks of instances may differ. */
const SKEW = 60_000

/** What the audit says of the user's word. */
export type Consent = true | 'asked' | 'declined' | 'cancelled' | 'not possible'

/** The questions about one call, as far as they have got; made anew for each request. */
export class Interview {
  /** What is asked next, for the client to come again with; undefined while nothing is open. */
  pending: InputRequired | undefined
  /** What the user said to the call as a whole; undefined where nobody asked. */
  consent: Consent | undefined
  /** Told before the user is asked while the request waits, so that it is on record whatever comes of it. */
  onAsked: (() => void) | undefined
  readonly #options: InterviewOptions
  readonly #dialogue: Dialogue
  readonly #binding: readonly string[]
  readonly #state: RequestState | undefined
  readonly #problem: PosternError | undefined
  #answers: JsonObject
  #tries = 0
  /** The round that the request's responses answer; undefined once they were read. */
  #open: number | undefined

  /** @throws PosternError `unknown_session`, `store_unavailable` */
  constructor(call: InterviewedCall, tool: Pick<Tool, 'name' | 'asking'>, options: InterviewOptions) {
    this.#options = options
    this.#dialogue = call.user?.dialogue ?? { kind: 'none', isSaidPerRequest: false }
    this.#binding = [
      call.server.path,
      tool.name,
      tool.asking?.fingerprint ?? '',
      hash('sha256', canonicalJson(call.arguments), 'base64url'),
      askedPerson(call.caller.principal),
      rightsOf(call.caller.principal),
    ]
    if (this.#dialogue.kind === 'rounds' && this.#dialogue.state !== undefined) {
      try {
        this.#state = openState(this.#dialogue.state, this.#binding, options.store, options.now())
      } catch (error) {
        if (!(error instanceof PosternError) || error.code !== 'invalid_request_state') throw error
        this.#problem = error
      }
    }
    this.#answers = { ...this.#state?.answers }
    this.#tries = this.#state?.tries ?? 0
    this.#open = this.#state?.round ?? 0
  }

  /** Whether this request goes on with a call that was counted when it began. */
  get isResumed(): boolean {
    return this.#state !== undefined
  }

  /** Whether the client said that it can ask. */
  get isPossible(): boolean {
    return this.#dialogue.kind !== 'none'
  }

  /** What the user has given so far. */
  get answers(): JsonObject {
    return this.#answers
  }

  /** Whether a question was answered in an earlier request. */
  isPast(round: number): boolean {
    return this.#state !== undefined && round < this.#state.round
  }

  /** Notes what was given in answer to a question. */
  note(answers: JsonObject): void {
    this.#answers = { ...this.#answers, ...answers }
    this.#tries = 0
  }

  /**
   * Puts a question. Undefined where the client has to come again with the answer: {@link pending} says what is asked.
   *
   * @throws PosternError `invalid_request_state`, `invalid_params`, `missing_client_capability`, `user_not_asked`,
   *   and what a live dialogue refuses with
   */
  async put(question: PutQuestion): Promise<Answer | undefined> {
    if (this.#problem !== undefined) throw this.#problem
    const dialogue = this.#dialogue
    if (dialogue.kind === 'none') throw notPossible(dialogue.isSaidPerRequest)
    if (dialogue.kind === 'live') return this.#askLive(question.request, dialogue.elicit)
    const answer = this.#answerTo(question, dialogue.responses)
    if (answer === undefined) this.#ask(question)
    return answer
  }

  /**
   * Puts a question anew whose answer can't be taken. False where it was asked often enough.
   * A live dialogue is left to {@link put}.
   */
  putAgain(question: PutQuestion): boolean {
    this.#tries += 1
    if (this.#tries >= MOST_TRIES) return false
    if (this.#dialogue.kind === 'rounds') this.#ask(question)
    return true
  }

  /**
   * Uses up what was answered, before the call is sent: of any number of requests with one conversation's states, on
   * any number of instances, one succeeds.
   *
   * @throws PosternError `invalid_request_state`, `store_unavailable`
   */
  async useUp(): Promise<void> {
    if (this.#state === undefined) return
    const { id, startedAt } = this.#state
    const used = hash('sha256', `elicitation\n${id}`, 'base64url')
    const expiresAt = startedAt + CONVERSATION_TIME + SKEW
    const isFirst = await this.#options.store.commit([
      { key: `used:${used}`, before: undefined, after: '1', expiresAt },
    ])
    if (isFirst) return
    throw new PosternError('invalid_request_state', {
      message: 'The user’s answer was used already, for one call. Call the tool again to ask again.',
    })
  }

  async #askLive(
    request: ElicitRequest,
    elicit: (request: ElicitRequest) => Promise<unknown>,
  ): Promise<Answer> {
    this.consent = 'asked'
    this.onAsked?.()
    const answer = readLive(await elicit(request))
    this.consent = undefined
    // People take minutes: what they say is not to be done under rules that nobody wants any more.
    if (this.#options.isCurrent?.() === false) {
      throw new PosternError('user_not_asked', {
        message:
          'The configuration changed while the user was asked, so nothing was done. Call this again to ask again.',
      })
    }
    return answer
  }

  #answerTo({ round, name, takesAnyAnswer }: PutQuestion, responses: unknown): Answer | undefined {
    if (round !== this.#open || responses === undefined) return undefined
    this.#open = undefined
    if (!isJsonObject(responses)) {
      throw new PosternError('invalid_params', { message: 'params.inputResponses must be an object.' })
    }
    if (!Object.hasOwn(responses, name)) return undefined
    if (this.#state === undefined && !takesAnyAnswer) return undefined
    return readAnswer(responses[name])
  }

  #ask({ round, name, request }: PutQuestion): void {
    const now = this.#options.now()
    const startedAt = this.#state?.startedAt ?? now
    const state: RequestState = {
      id: this.#state?.id ?? randomBytes(16).toString('base64url'),
      round,
      tries: this.#tries,
      startedAt,
      expiresAt: Math.min(now + ANSWER_TIME, startedAt + CONVERSATION_TIME),
      answers: this.#answers,
    }
    const text = sealState(state, this.#binding, this.#options.store)
    this.pending = { requests: { [name]: request }, state: text }
  }
}

/** Of answers that can't be taken to one question. */
const MOST_TRIES = 3

/** A client that answers with anything else has not asked anybody. */
function readLive(result: unknown): Answer {
  try {
    return readAnswer(result)
  } catch {
    return { action: 'cancel' }
  }
}

function notPossible(isSaidPerRequest: boolean): PosternError {
  if (!isSaidPerRequest) return new PosternError('user_not_asked')
  return new PosternError('missing_client_capability', {
    data: { requiredCapabilities: { elicitation: { form: {} } } },
  })
}

import { hash } from 'node:crypto'
import { createValidator } from '../arguments/validate-arguments.ts'
import type { ToolDraft } from '../draft-tool.ts'
import { inputSchema } from '../schema/input-schema.ts'
import type { ArgumentProblem, JsonObject } from '../tool.ts'
import type { Asking, Question } from './asking.ts'
import type { DraftedQuestion, DraftedQuestions } from './draft-asking.ts'

/** What answers are checked with, once it is asked for. */
export interface AnswerChecks {
  readonly isSensitive: (path: readonly string[]) => boolean
  readonly guard: (args: JsonObject) => readonly ArgumentProblem[]
}

/** Makes what a tool asks ready for calls; the validators are compiled with the first answers. */
export function compileAsking(draft: ToolDraft, drafted: DraftedQuestions, checks: AnswerChecks): Asking {
  const { confirmation } = drafted
  const questions = drafted.questions.map(question => compileQuestion(draft, question, checks))
  return Object.freeze({
    questions: Object.freeze(questions),
    confirmation,
    fingerprint: fingerprintOf(draft, drafted),
  })
}

function compileQuestion(draft: ToolDraft, drafted: DraftedQuestion, checks: AnswerChecks): Question {
  const { asked, name, message, requestedSchema } = drafted
  const { schemas } = draft.context
  const { validate } = createValidator({
    ...checks,
    compileCheck: schemas.compileCheck,
    schema: () => inputSchema(asked, schemas.forValidation),
    inputSchema: () => requestedSchema,
    mayDrop: () => false,
  })
  return Object.freeze({
    name,
    message,
    arguments: Object.freeze(asked.map(({ argument }) => argument)),
    requestedSchema,
    validate,
  })
}

/** Everything that a user who answered has been told about, and what is done with the answer. */
function fingerprintOf(draft: ToolDraft, drafted: DraftedQuestions): string {
  const { source, plan, bind, title, description } = draft
  const { name, upstream, upstreams, tenants } = draft.context.api
  const questions = drafted.questions.map(({ name, message, requestedSchema }) => [
    name,
    message,
    requestedSchema,
  ])
  const sent = [source.method, source.path, plan, bind, name, upstream, upstreams, tenants]
  const told = [sent, title, description, questions, drafted.confirmation]
  const text = JSON.stringify(told, (_, value) => (value instanceof Map ? [...value] : value))
  return hash('sha256', text, 'base64url')
}

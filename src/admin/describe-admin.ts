import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { AdminRoute } from './route.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * The OpenAPI document of the API, made from the operations themselves and their schemas.
 *
 * @param url - the API's address; a path is relative to where the document is
 */
export function describeAdmin(routes: readonly AdminRoute[], url: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Postern administration', version: '1', description: ABOUT },
    servers: [{ url }],
    security: [{ credential: [] }],
    paths,
    components: {
      securitySchemes: {
        credential: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A credential of a scheme that `admin.auth` names, in the headers that this scheme reads, of a caller with the role `admin.role`.',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description:
            'A signature as the Standard Webhooks specification has it, with the headers webhook-id and webhook-timestamp, by one of `admin.webhook.secrets`.',
        },
      },
      schemas: { Error: ERROR },
    },
  }
}

const ABOUT =
  'Revokes credentials, makes, lists and replaces tokens, lists and ends connections of OAuth clients, and makes clients for machines. Whoever may use it may do everything: guard its credentials and its secrets accordingly. ' +
  'An answer of success comes only when the store has confirmed; after a 503 nothing is promised.'

const ERROR: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', description: 'One of the codes in docs/errors.md.' },
        message: { type: 'string', description: 'What happened and what to do.' },
      },
    },
  },
}

/** What every operation may answer, and what those with a body may. */
const EVERYWHERE: readonly ErrorCode[] = [
  'ambiguous_credentials',
  'missing_token',
  'invalid_token',
  'access_denied',
  'host_not_allowed',
  'origin_not_allowed',
  'too_many_attempts',
  'internal_error',
  'store_unavailable',
  'upstream_unavailable',
  'audit_unavailable',
]
const WITH_BODY: readonly ErrorCode[] = [
  'parse_error',
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
]

function describeRoute(route: AdminRoute): Json {
  const { operationId, summary, description, params, query, body, takesSignature } = route
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')]
  return {
    operationId,
    summary,
    description,
    tags: [route.path.split('/')[1]],
    ...(takesSignature && { security: [{ credential: [] }, { signature: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: { ...success(route), ...failures(errorsOf(route)) },
  }
}

/** All codes that an operation may answer. */
export function errorsOf({ errors, body, takesSignature }: AdminRoute): readonly ErrorCode[] {
  const signature: readonly ErrorCode[] = takesSignature ? ['invalid_signature'] : []
  return [...EVERYWHERE, ...errors, ...signature, ...(body === undefined ? [] : WITH_BODY)]
}

function success({ status, answer }: AdminRoute): Json {
  const description = status === 201 ? 'Done, and confirmed by the store.' : 'Done.'
  const content = answer && { 'application/json': { schema: schemaOf(answer, 'output') } }
  return { [status]: { description, ...(content && { content }) } }
}

function failures(codes: readonly ErrorCode[]): Json {
  const byStatus = Map.groupBy(codes, code => ERRORS[code].status)
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      { description: group.map(code => `\`${code}\``).join(', '), content },
    ]),
  )
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input')
  if (typeof properties !== 'object' || properties === null || !Array.isArray(required)) return []
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      // The pattern of a time is the format once more.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
      // Parameters are texts to the reader, and numbers to whoever sends them.
      const { documented, description } = jsonSchema
      if (typeof documented !== 'object' || documented === null) return
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
      Object.assign(jsonSchema, documented, description === undefined ? {} : { description })
    },
  })
  return described
}

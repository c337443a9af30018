import { ANSWER_PATH } from './answer.ts'

type Schema = { readonly [key: string]: unknown }

const MODULES = [
  'billing',
  'sales',
  'support',
  'projects',
  'payroll',
  'assets',
  'travel',
  'training',
] as const
const NOUNS = [
  ...['account', 'order', 'ticket', 'task', 'employee', 'device', 'trip', 'course', 'contract', 'report'],
  ...['budget', 'comment', 'document', 'event', 'template', 'webhook', 'payment', 'address', 'team', 'label'],
  ...['category', 'note', 'review', 'import', 'alert'],
] as const
/** How many times over there may be all of these; each time is a module of its own. */
const EDITIONS = 10

/**
 * An OpenAPI 3.1 document with exactly `operations` operations: `get_invoice`, which the backend answers, and
 * generated ones that look like an ordinary business API (list, get, create, update, delete of many resources,
 * with filters, enumerations, nested objects and lists). Deterministic.
 */
export function openApiDocument(operations: number): object {
  const editions = Array.from({ length: EDITIONS }, (_, index) => (index === 0 ? '' : `${index + 1}`))
  const modules = editions.flatMap(edition => MODULES.map(module => `${module}${edition}`))
  const generated = modules
    .flatMap(module => NOUNS.map(noun => resourcePaths(module, noun)))
    .flat()
    .slice(0, operations - 1)
  if (generated.length !== operations - 1) throw new Error(`can't generate ${operations} operations`)
  const paths: Record<string, Record<string, Schema>> = {
    [ANSWER_PATH.replace('inv_0001', '{id}')]: { get: getInvoice() },
  }
  for (const { path, method, operation } of generated) paths[path] = { ...paths[path], [method]: operation }
  return { openapi: '3.1.0', info: { title: 'Bench', version: '1.0.0' }, paths }
}

interface GeneratedOperation {
  readonly path: string
  readonly method: string
  readonly operation: Schema
}

function resourcePaths(module: string, noun: string): GeneratedOperation[] {
  const name = `${module}_${noun}`
  const collection = `/v1/${module}/${noun}s`
  const item = `${collection}/{id}`
  const operation = (verb: string, summary: string, rest: Schema, status = '200'): Schema => ({
    operationId: `${verb}_${name}`,
    tags: [`${name}s`],
    summary,
    responses: { [status]: { description: 'Done.' } },
    ...rest,
  })
  const body = (required: readonly string[]): Schema => ({
    requestBody: {
      required: true,
      content: { 'application/json': { schema: recordSchema(noun, required) } },
    },
  })
  const id = { parameters: [idParameter(noun)] }
  return [
    {
      path: collection,
      method: 'get',
      operation: operation('list', `List the ${noun}s of the ${module} module, newest first.`, {
        parameters: listParameters(),
      }),
    },
    {
      path: item,
      method: 'get',
      operation: operation('get', `Get one ${noun} with all of its details.`, id),
    },
    {
      path: collection,
      method: 'post',
      operation: operation('create', `Create a ${noun}.`, body(['name', 'status']), '201'),
    },
    {
      path: item,
      method: 'patch',
      operation: operation('update', `Change some properties of a ${noun}.`, { ...id, ...body([]) }),
    },
    { path: item, method: 'delete', operation: operation('delete', `Delete a ${noun}.`, id, '204') },
  ]
}

function getInvoice(): Schema {
  return {
    operationId: 'get_invoice',
    tags: ['invoices'],
    summary: 'Get an invoice.',
    parameters: [
      idParameter('invoice'),
      {
        name: 'expand',
        in: 'query',
        description: 'What to include.',
        schema: { type: 'string', enum: ['contact', 'lines'] },
      },
    ],
    responses: {
      200: { description: 'The invoice.', content: { 'application/json': { schema: { type: 'object' } } } },
    },
  }
}

function idParameter(noun: string): Schema {
  return {
    name: 'id',
    in: 'path',
    required: true,
    description: `Id of the ${noun}.`,
    schema: { type: 'string', minLength: 1, maxLength: 64 },
  }
}

function listParameters(): readonly Schema[] {
  const query = (name: string, description: string, schema: Schema) => ({
    name,
    in: 'query',
    description,
    schema,
  })
  return [
    query('page', 'Page, from 1.', { type: 'integer', minimum: 1, default: 1 }),
    query('perPage', 'Entries per page.', { type: 'integer', minimum: 1, maximum: 100, default: 25 }),
    query('status', 'Only entries in this state.', { type: 'string', enum: ['draft', 'active', 'archived'] }),
    query('updatedSince', 'Only entries changed since then.', { type: 'string', format: 'date-time' }),
  ]
}

function recordSchema(noun: string, required: readonly string[]): Schema {
  const text = (description: string, maxLength: number) => ({ type: 'string', description, maxLength })
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: {
      name: text(`Name of the ${noun}, as people see it.`, 120),
      status: { type: 'string', enum: ['draft', 'active', 'archived'], description: 'State.' },
      amount: { type: 'number', minimum: 0, description: 'Amount in the currency’s main unit.' },
      labels: { type: 'array', maxItems: 20, items: { type: 'string' }, description: 'Free labels.' },
      owner: {
        type: 'object',
        description: 'Who looks after it.',
        required: ['id'],
        properties: { id: text('Id of the person.', 64), email: { type: 'string', format: 'email' } },
      },
      dueOn: { type: 'string', format: 'date', description: 'Day by which it is due.' },
    },
  }
}

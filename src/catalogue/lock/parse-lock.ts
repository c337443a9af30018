import { z } from 'zod'
import { type ConfigProblem, configurationInvalid, formatPath } from '../../config/problem.ts'
import { HINTS, type LockedTool, type LockFile } from './lock-file.ts'

const words = z.string().transform(text => text.split(' ').filter(word => word !== ''))
const hints = words.refine(
  list => list.every(word => HINTS.some(hint => hint === word)),
  `not hints; write some of ${HINTS.join(', ')}`,
)
const tool = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'not a tool name'),
  operation: z.string().regex(/^[!-~]+ \S.*$/s, 'not a method and a path'),
  operationId: z.string().min(1).optional(),
  tier: z.enum(['read', 'write', 'manage']),
  hints: hints.default([]),
  scopes: words.refine(list => list.length > 0, 'at least one scope is required'),
  when: z.string().optional(),
  bound: words.default([]),
  asked: words.default([]),
  confirm: z.enum(['refuse', 'call']).optional(),
  isCallable: z.boolean().default(true),
  arguments: words.default([]),
  origin: z.string().optional(),
  schema: z.string(),
})
const lockFile = z.strictObject({
  lockVersion: z.literal(1),
  apis: z.array(z.strictObject({ name: z.string(), prefix: z.string(), tools: z.array(tool) })),
})

const RESTORE =
  'restore the file from version control, or delete it and run `postern lock`, which approves every tool as it is'

/**
 * Reads a lock file's text.
 *
 * @param file - its path, for messages
 * @throws PosternError `configuration_invalid` with the file and what to do
 */
export function parseLock(text: string, file: string): LockFile {
  const parsed = lockFile.safeParse(json(text, file))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => problem(formatPath(path), message))
    throw configurationInvalid(file, problems)
  }
  const { apis } = parsed.data
  const names = [...apis.map(({ name }) => `API ${name}`), ...apis.flatMap(api => api.tools.map(t => t.name))]
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  if (twice.length > 0) {
    throw configurationInvalid(
      file,
      twice.map(name => problem('apis', `${name} is there twice`)),
    )
  }
  return Object.freeze({
    apis: new Map(
      apis.map(({ name, prefix, tools }) => [name, { prefix, tools: Object.freeze(tools.map(lockedTool)) }]),
    ),
  })
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const isConflict = /^(<{7}|={7}|>{7})/m.test(text)
    const why = isConflict ? 'a merge conflict is left in it' : 'not JSON'
    throw configurationInvalid(file, [problem('', why)])
  }
}

function lockedTool(data: z.output<typeof tool>): LockedTool {
  const space = data.operation.indexOf(' ')
  const has = (hint: string) => data.hints.includes(hint)
  return Object.freeze({
    name: data.name,
    method: data.operation.slice(0, space),
    path: data.operation.slice(space + 1),
    operationId: data.operationId,
    tier: data.tier,
    hints: {
      readOnly: has('readOnly'),
      destructive: has('destructive'),
      idempotent: has('idempotent'),
      openWorld: has('openWorld'),
    },
    scopes: data.scopes,
    when: data.when,
    bound: data.bound,
    asked: data.asked,
    confirm: data.confirm,
    isCallable: data.isCallable,
    arguments: data.arguments.map(word =>
      word.endsWith('?') ? { name: word.slice(0, -1), required: false } : { name: word, required: true },
    ),
    origin: data.origin,
    schema: data.schema,
  })
}

function problem(path: string, message: string): ConfigProblem {
  return { path, message, fix: RESTORE }
}

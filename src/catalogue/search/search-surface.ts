import { uniqueName } from '../naming/name-tools.ts'
import type { Hints, JsonObject, Tier, Tool } from '../tool.ts'
import { ownTool } from './own-tool.ts'
import { createToolIndex, type ToolIndex } from './tool-index.ts'

/** The few tools that stand in front of a selection which is searched instead of listed. */
export interface SearchSurface {
  /** They stand there for callers who may see more tools than this. */
  readonly above: number
  /** The selection behind, in the catalogue's order. */
  readonly tools: readonly Tool[]
  readonly index: ToolIndex
  readonly search: Tool
  readonly describe: Tool
  /** One per tier, so that the hints of what a client is asked to confirm are true. */
  readonly execute: Readonly<Record<Tier, Tool>>
}

/** What a surface is made from. */
export interface SurfaceOptions {
  /** The configuration's name, put before the names. */
  readonly name: string
  /** What people call the product. */
  readonly title: string
  readonly tools: readonly Tool[]
  readonly above: number
  /** Whether a tool of the catalogue, in this selection or not, has this name. */
  readonly isTaken: (name: string) => boolean
}

/** Most tools that one answer gives. */
export const MAX_FOUND = 50
/** How many it gives where the caller doesn't say. */
export const DEFAULT_FOUND = 10
/** Most tools that are described at once. */
const MAX_DESCRIBED = 10

/** From what does least harm to what does most. */
export const TIERS: readonly Tier[] = ['read', 'write', 'manage']

/**
 * Makes the tools in front of a selection. Their definitions are the same for every caller and say nothing of the
 * selection but what its tools' hints have in common.
 */
export function createSearchSurface({ name, title, tools, above, isTaken }: SurfaceOptions): SearchSurface {
  const named = (rest: string) => uniqueName(`${name}_${rest}`, isTaken)
  const names: Names = {
    search: named('search_tools'),
    describe: named('describe_tool'),
    execute: { read: named('execute_read'), write: named('execute_write'), manage: named('execute_manage') },
  }
  const execute = (tier: Tier) => executeTool(tier, names, title, hintsOf(tier, tools))
  return Object.freeze({
    above,
    tools,
    index: createToolIndex(tools),
    search: searchTool(names, title),
    describe: describeTool(names, title),
    execute: Object.freeze({ read: execute('read'), write: execute('write'), manage: execute('manage') }),
  })
}

interface Names {
  readonly search: string
  readonly describe: string
  readonly execute: Readonly<Record<Tier, string>>
}

const LOOKS: Hints = Object.freeze({
  readOnly: true,
  destructive: false,
  idempotent: true,
  openWorld: false,
})

function searchTool(names: Names, title: string): Tool {
  return ownTool({
    name: names.search,
    title: `Search tools of ${title}`,
    description:
      `Finds the tools of ${title}, which are too many to list. Start here. Gives names, tiers and required ` +
      `arguments, the best first. Then read what you will use with ${names.describe}, and run it with the ` +
      'execute tool that is named with it.',
    tier: 'read',
    hints: LOOKS,
    inputSchema: objectSchema({
      query: {
        type: 'string',
        description: 'What you want to do, in a few words, such as "create an invoice". Empty: everything.',
      },
      tier: {
        type: 'string',
        enum: TIERS,
        description: 'Only tools that read, that write, or that delete, send or manage.',
      },
      resource: { type: 'string', description: 'Only tools of this resource.' },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: MAX_FOUND,
        default: DEFAULT_FOUND,
        description: 'Most tools to give.',
      },
    }),
  })
}

function describeTool(names: Names, title: string): Tool {
  return ownTool({
    name: names.describe,
    title: `Describe tools of ${title}`,
    description:
      `Gives the whole definition, with the schema of the arguments, of tools that ${names.search} found. ` +
      'Read it before you run a tool for the first time.',
    tier: 'read',
    hints: LOOKS,
    inputSchema: objectSchema(
      {
        names: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          maxItems: MAX_DESCRIBED,
          description: 'Names of tools.',
        },
      },
      ['names'],
    ),
  })
}

const DOES: Readonly<Record<Tier, string>> = {
  read: 'a tool that only reads',
  write: 'a tool that creates or changes something',
  manage: 'a tool that deletes, sends, or does what can’t be taken back',
}

function executeTool(tier: Tier, names: Names, title: string, hints: Hints): Tool {
  return ownTool({
    name: names.execute[tier],
    title: `Run a ${tier} tool of ${title}`,
    description: `Runs ${DOES[tier]} (tier ${tier}), found with ${names.search}.`,
    tier,
    hints,
    inputSchema: objectSchema(
      {
        name: { type: 'string', description: 'Name of the tool.' },
        arguments: {
          type: 'object',
          description: `The tool’s own arguments, as ${names.describe} shows them.`,
          additionalProperties: true,
        },
      },
      ['name'],
    ),
  })
}

function objectSchema(properties: JsonObject, required?: readonly string[]): JsonObject {
  return Object.freeze({
    type: 'object',
    properties,
    ...(required && { required }),
    additionalProperties: false,
  })
}

/** What holds for every tool of a tier. A tier that promises more than its tools keep is put right here. */
function hintsOf(tier: Tier, tools: readonly Tool[]): Hints {
  const own = tools.filter(tool => tool.tier === tier).map(({ hints }) => hints)
  return Object.freeze({
    readOnly: tier === 'read' && own.every(({ readOnly }) => readOnly),
    destructive: tier === 'manage' || own.some(({ destructive }) => destructive),
    idempotent: own.every(({ idempotent }) => idempotent),
    openWorld: own.some(({ openWorld }) => openWorld),
  })
}

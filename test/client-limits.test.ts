/**
 * Every tool of every document of the corpus, as it is advertised, against what is known of each client: the
 * default profile passes all of them, each profile its own client's. The limits, with their evidence, are data in
 * `profiles/client-limits.ts`; the judge knows nothing of how schemas are made, and is itself tested with tools
 * that each client refuses.
 */
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { loadDocument } from '../src/catalogue/document/load-document.ts'
import { checkTool } from '../src/catalogue/profiles/check-tool.ts'
import { CLIENT_LIMITS, OTHER_CLIENTS, type Profile } from '../src/catalogue/profiles/client-limits.ts'
import type { Catalogue, JsonObject, Tool } from '../src/catalogue/tool.ts'
import { compileLoaded } from './catalogue/compile-document.ts'
import { DOCUMENTS, isCorpusMissing, pathOfDocument, SETTINGS } from './corpus/documents.ts'

t.setTimeout(120_000)

const PROFILES = Object.keys(CLIENT_LIMITS) as Profile[]
/** Characters of one tool in the default profile: some 3,500 tokens, for the largest bodies of the corpus. */
const LONGEST = 16_000
/** Of each document, this many tools are compiled as well. */
const SAMPLE = 5

async function compile(name: string): Promise<Catalogue> {
  const { upstream, upstreams } = SETTINGS[name] ?? {}
  const api = { ...(upstream && { upstream }), upstreams: [...(upstreams ?? [])] }
  return compileLoaded(await loadDocument(pathOfDocument(name)), { api })
}

function definition(tool: Tool, profile: Profile): JsonObject {
  return JSON.parse(tool.definitionFor?.(profile) ?? tool.definition) as JsonObject
}

for (const name of DOCUMENTS) {
  t.test(name, { skip: isCorpusMissing }, async t => {
    const { tools } = await compile(name)
    const refused: string[] = []
    for (const [index, tool] of tools.entries()) {
      const byDefault = definition(tool, 'default')
      if (tool.definition.length > LONGEST) refused.push(`${tool.name} is too long`)
      for (const profile of PROFILES) {
        const own = profile === 'default' ? byDefault : definition(tool, profile)
        for (const problem of checkTool(own, profile)) refused.push(`${tool.name}, ${profile}: ${problem}`)
        for (const problem of checkTool(byDefault, profile)) {
          refused.push(`${tool.name}, default for ${profile}: ${problem}`)
        }
        const isSampled = index % Math.ceil(tools.length / SAMPLE) === 0
        if (isSampled && (profile === 'default' || profile === 'full')) compiles(t, own)
      }
      for (const [client, limits] of Object.entries(OTHER_CLIENTS)) {
        for (const problem of checkTool(byDefault, limits))
          refused.push(`${tool.name}, ${client}: ${problem}`)
      }
    }
    t.strictSame(refused, [], 'no client refuses a tool')
  })
}

t.test('what is advertised depends on nothing that was asked before', { skip: isCorpusMissing }, async t => {
  const inOrder = (await compile('openai.yaml')).tools.map(tool => tool.definition)
  const { tools } = await compile('openai.yaml')
  const reversed = [...tools].reverse().map(tool => {
    tool.definitionFor?.('cursor')
    tool.definitionFor?.('claude')
    return tool.definition
  })
  t.strictSame(reversed.reverse(), inOrder)
})

function compiles(t: Tap, { inputSchema, outputSchema }: JsonObject): void {
  for (const schema of [inputSchema, outputSchema]) {
    if (schema === undefined) continue
    const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false })
    t.doesNotThrow(() => ajv.compile(schema as JsonObject))
  }
}

type Tap = Pick<typeof t, 'doesNotThrow'>

import { isHeld } from '../../catalogue/lock/hold-riskier.ts'
import { createResourceIndex, isFixed } from '../../catalogue/resources/resource-index.ts'
import { selectResources, selectTools } from '../../catalogue/select-tools.ts'
import type { Catalogue } from '../../catalogue/tool.ts'
import type { Config } from '../../config/config.ts'
import { type ConfigProblem, configurationInvalid, formatPath } from '../../config/problem.ts'
import type { PromptConfig } from '../../config/schema.ts'
import { placeholdersIn, readTextTemplate } from '../../config/text-template.ts'

/**
 * A prompt whose values come from a tool that isn't there, or that changes something while somebody types; and one
 * that embeds what is no resource. It would fail whenever somebody used it. Where tools are held back until somebody
 * approves them, it may be about one of those, and nothing is said.
 *
 * @throws PosternError `configuration_invalid`
 */
export function refuseUnmatchedPrompts(
  config: Pick<Config, 'file' | 'prompts' | 'servers'>,
  catalogue: Pick<Catalogue, 'tools' | 'report'>,
): void {
  const mayBeHeld = catalogue.report.some(isHeld)
  const problems = config.prompts.flatMap((prompt, index) =>
    config.servers
      .filter(({ path }) => prompt.servers?.includes(path) ?? true)
      .flatMap(server => [
        ...toolProblems(prompt, index, server, catalogue, mayBeHeld),
        ...(mayBeHeld ? [] : resourceProblems(prompt, index, server, catalogue)),
      ]),
  )
  if (problems.length > 0) {
    throw configurationInvalid(config.file, [...new Map(problems.map(each => [each.path, each])).values()])
  }
}

type Server = Config['servers'][number]

function toolProblems(
  prompt: PromptConfig,
  index: number,
  server: Server,
  catalogue: Pick<Catalogue, 'tools'>,
  mayBeHeld: boolean,
): readonly ConfigProblem[] {
  const tools = selectTools(catalogue, server)
  return prompt.arguments.flatMap(({ from }, at): readonly ConfigProblem[] => {
    if (from === undefined) return []
    const tool = tools.find(({ name }) => name === from.tool)
    const path = formatPath(['prompts', index, 'arguments', at, 'from', 'tool'])
    const value = from.tool
    if (tool === undefined) {
      if (mayBeHeld) return []
      const message = `the server ${server.path} has no such tool`
      return [{ path, value, message, fix: 'write a name that `postern tools` shows, or name other servers' }]
    }
    if (!tool.hints.readOnly || tool.asksUser === true) {
      const message = 'the tool does more than read, and it would be called while somebody types'
      return [{ path, value, message, fix: 'name a read tool that asks its user nothing' }]
    }
    return []
  })
}

/** A URI that is put together when the prompt is got is looked at with something in each place. */
function resourceProblems(
  { messages }: PromptConfig,
  index: number,
  server: Server,
  catalogue: Pick<Catalogue, 'tools'>,
): readonly ConfigProblem[] {
  const resources = selectResources(catalogue, server)
  const find = createResourceIndex(resources)
  return messages.flatMap((message, at): readonly ConfigProblem[] => {
    if (message.type !== 'resource') return []
    const path = formatPath(['prompts', index, 'messages', at, 'resource'])
    const template = readTextTemplate(message.uri)
    const isWhole = template.length === 1 && placeholdersIn(template).length === 1
    const isKnown = isWhole
      ? resources.length > 0
      : find(template.map(piece => (typeof piece === 'string' ? piece : '0')).join('')) !== undefined
    if (isKnown) return []
    const shown = resources.flatMap(({ offered }) =>
      offered && isFixed(offered) ? offered.template.text : [],
    )
    const near = shown.length === 0 ? '' : `, such as ${shown[0]}`
    return [
      {
        path,
        value: message.uri,
        message: `the server ${server.path} has no resource of this URI`,
        fix: `write one that a rule exposes${near}, with {{name}} where its template has a variable`,
      },
    ]
  })
}

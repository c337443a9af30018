import type { Config } from '../config.ts'
import type { ConfigPath, Finding } from '../problem.ts'
import { placeholdersIn, readTextTemplate } from '../text-template.ts'

type Prompt = Config['prompts'][number]

/**
 * Prompts of one name on one server, servers that there are not, arguments that no message has a place for and places
 * that no argument is for. Whether tools and resources are there is seen once the documents are read.
 */
export function checkPrompts(config: Config): readonly Finding[] {
  return config.prompts.flatMap((prompt, index) => [
    ...repeated(prompt, index, config),
    ...unknownServers(prompt, index, config),
    ...argumentFindings(prompt, index),
    ...unknownPlaceholders(prompt, index),
  ])
}

function repeated({ name, servers }: Prompt, index: number, { prompts }: Config): readonly Finding[] {
  const before = prompts.findIndex(
    (other, at) => at < index && other.name === name && sharesServer(other.servers, servers),
  )
  if (before < 0) return []
  return [
    {
      path: ['prompts', index, 'name'],
      message: `prompts[${before}] has this name on the same server`,
      fix: 'give each prompt of a server its own name',
      concerns: [['prompts', before]],
    },
  ]
}

function sharesServer(a: Prompt['servers'], b: Prompt['servers']): boolean {
  return a === undefined || b === undefined || a.some(path => b.includes(path))
}

function unknownServers({ servers = [] }: Prompt, index: number, config: Config): readonly Finding[] {
  const paths = config.servers.map(({ path }) => path)
  return servers.flatMap((path, at) =>
    paths.includes(path)
      ? []
      : {
          path: ['prompts', index, 'servers', at],
          message: 'no server has this path',
          fix: `write one of ${paths.join(', ')}`,
          concerns: paths.map((_, server) => ['servers', server, 'path']),
        },
  )
}

function argumentFindings(prompt: Prompt, index: number): readonly Finding[] {
  const names = prompt.arguments.map(({ name }) => name)
  const used = new Set(prompt.messages.flatMap(placesIn))
  return prompt.arguments.flatMap(({ name, values, from }, at) => {
    const path = ['prompts', index, 'arguments', at]
    const findings: Finding[] = []
    if (names.indexOf(name) !== at) {
      findings.push({ path: [...path, 'name'], message: 'another argument has this name', fix: 'rename it' })
    }
    if (!used.has(name)) {
      const fix = `write {{${name}}} in a message, or remove the argument`
      findings.push({ path: [...path, 'name'], message: 'no message has a place for it', fix })
    }
    if (values !== undefined && from !== undefined) {
      const fix = 'remove `values` or `from`'
      findings.push({ path, message: 'its values come from two places', fix })
    }
    for (const [key, value] of Object.entries(from?.arguments ?? {})) {
      if (typeof value !== 'string') continue
      findings.push(...unknown([...path, 'from', 'arguments', key], value, names))
    }
    return findings
  })
}

function unknownPlaceholders({ messages, arguments: args }: Prompt, index: number): readonly Finding[] {
  const names = args.map(({ name }) => name)
  return messages.flatMap((message, at) => {
    const path: ConfigPath = ['prompts', index, 'messages', at]
    if (message.type === 'text') return unknown([...path, 'text'], message.text, names)
    return message.type === 'resource' ? unknown([...path, 'resource'], message.uri, names) : []
  })
}

function unknown(path: ConfigPath, text: string, names: readonly string[]): readonly Finding[] {
  const missing = placeholdersIn(readTextTemplate(text)).find(name => !names.includes(name))
  if (missing === undefined) return []
  const fix =
    names.length === 0
      ? 'add it to `arguments`'
      : `add it to \`arguments\`, or write one of ${names.join(', ')}`
  return [{ path, message: `the prompt has no argument ${missing}`, fix }]
}

function placesIn(message: Prompt['messages'][number]): readonly string[] {
  if (message.type === 'text') return placeholdersIn(readTextTemplate(message.text))
  return message.type === 'resource' ? placeholdersIn(readTextTemplate(message.uri)) : []
}

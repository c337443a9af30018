import { compileResult } from '../../catalogue/answers/compile-result.ts'
import type { PromptConfig, PromptMessageConfig } from '../../config/schema.ts'
import { readTextTemplate, type TextTemplate } from '../../config/text-template.ts'
import type { Prompt, PromptArgument, PromptMessage } from './prompt.ts'

/** The prompts of one server, in the configuration's order; undefined where it has none. */
export function compilePrompts(
  prompts: readonly PromptConfig[],
  path: string,
): readonly Prompt[] | undefined {
  const own = prompts.filter(({ servers }) => servers === undefined || servers.includes(path))
  return own.length === 0 ? undefined : Object.freeze(own.map(compilePrompt))
}

function compilePrompt(config: PromptConfig): Prompt {
  const { name, title, description, scopes, when } = config
  const args = config.arguments.map(({ name, title, description, required }) => ({
    name,
    title,
    description,
    required,
  }))
  const shown = { name, title, description, ...(args.length > 0 && { arguments: args }) }
  return Object.freeze({
    name,
    description,
    scopes,
    when,
    ask: config.ask,
    arguments: Object.freeze(config.arguments.map(compileArgument)),
    messages: Object.freeze(config.messages.map(compileMessage)),
    definition: JSON.stringify(shown),
  })
}

function compileArgument(config: PromptConfig['arguments'][number]): PromptArgument {
  const { name, title, description, required, values = [], from } = config
  const plain = { name, title, description, required, values }
  if (from === undefined) return Object.freeze({ ...plain, from })
  const args = Object.entries(from.arguments).map(
    ([key, value]): [string, TextTemplate | number | boolean] => [
      key,
      typeof value === 'string' ? readTextTemplate(value) : value,
    ],
  )
  const source = { tool: from.tool, arguments: new Map(args), items: compileResult(from.items) }
  return Object.freeze({ ...plain, from: Object.freeze(source) })
}

function compileMessage(message: PromptMessageConfig): PromptMessage {
  const { role } = message
  switch (message.type) {
    case 'text':
      return { role, content: { type: 'text', text: readTextTemplate(message.text) } }
    case 'resource':
      return { role, content: { type: 'resource', uri: readTextTemplate(message.uri) } }
    default: {
      const { type, data, mimeType } = message
      return { role, content: { type: 'media', block: JSON.stringify({ type, data, mimeType }) } }
    }
  }
}

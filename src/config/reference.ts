import { isSchema, type JsonSchema, plainJsonSchema } from './json-schema.ts'

const HEAD = `# Configuration

One YAML file (YAML 1.2, camelCase keys; an unknown key is an error). \`postern check\` prints every mistake at once,
with its line and what to do. Editors that understand JSON Schema complete and check the file with this first line:

\`\`\`yaml
# yaml-language-server: $schema=./docs/postern.schema.json
\`\`\`

**Environment.** \`\${NAME}\` and \`\${NAME:-default}\` stand for an environment variable, anywhere in a value; the
default is taken where the variable is unset or empty, and a variable that is unset without a default is a mistake.
\`$\${\` is a literal \`\${\`. The file is parsed first, so a variable can't add keys. Where a number or true/false is
expected, a value that is one placeholder and nothing else is read as such.

**Durations** are written \`500ms\`, \`30s\`, \`5m\`, \`12h\`, \`7d\` or as milliseconds; **sizes** \`512kB\`, \`1MiB\`,
\`10MB\` or as bytes. **CEL expressions** see one variable, \`principal\`, with \`subject\`, \`organization\`, \`roles\`,
\`scopes\`, \`scheme\` and, where \`entitlements\` asks for them, \`flags\`; an expression that fails, as one over an organization that the caller doesn't have, refuses.
Paths of files are relative to the configuration file.

<!-- Generated from the schema by scripts/generate-docs.ts; edit the descriptions there. -->
`

/** The reference of the configuration file, `docs/configuration.md`, from the descriptions in the schema. */
export function configReference(): string {
  const sections: Section[] = []
  collect('', plainJsonSchema(), sections, new Map())
  return `${HEAD}\n${sections.map(renderSection).join('\n\n')}\n`
}

interface Section {
  /** Place in the file, `apis[].tools`; empty for the top level. */
  readonly place: string
  readonly schema: JsonSchema
  /** What tells this variant from its neighbours, `type: static`. */
  readonly variant: string | undefined
  /** Place of an earlier section that says the same. */
  readonly same: string | undefined
}

/** Adds the sections of a mapping, a list of mappings or a choice between mappings, and of what is inside. */
function collect(place: string, schema: JsonSchema, sections: Section[], seen: Map<string, string>): void {
  const variants = variantsOf(schema)
  if (variants.length > 0) {
    for (const variant of variants) addSection(place, variant, constantOf(variant), sections, seen)
    return
  }
  if (isSchema(schema.items)) collect(`${place}[]`, schema.items, sections, seen)
  else if (isSchema(schema.additionalProperties))
    collect(`${place}.<name>`, schema.additionalProperties, sections, seen)
  else if (isSchema(schema.properties)) addSection(place, schema, undefined, sections, seen)
}

function addSection(
  place: string,
  schema: JsonSchema,
  variant: string | undefined,
  sections: Section[],
  seen: Map<string, string>,
): void {
  const content = JSON.stringify(schema.properties)
  const same = seen.get(content)
  if (same !== place) sections.push({ place, schema, variant, same })
  if (same !== undefined) return
  seen.set(content, place)
  for (const [key, member] of propertiesOf(schema)) {
    collect(place === '' ? key : `${place}.${key}`, member, sections, seen)
  }
}

/** The mappings among the alternatives of a schema; a list of the same alternatives adds nothing. */
function variantsOf(schema: JsonSchema): readonly JsonSchema[] {
  const members: readonly unknown[] = Array.isArray(schema.oneOf)
    ? schema.oneOf
    : Array.isArray(schema.anyOf)
      ? schema.anyOf
      : []
  return members
    .filter(isSchema)
    .flatMap(member => (isSchema(member.properties) ? [member] : variantsOf(member)))
}

function constantOf(schema: JsonSchema): string | undefined {
  for (const [key, member] of propertiesOf(schema)) {
    if ('const' in member) return `${key}: ${String(member.const)}`
  }
  return undefined
}

function propertiesOf(schema: JsonSchema): readonly [string, JsonSchema][] {
  if (!isSchema(schema.properties)) return []
  return Object.entries(schema.properties).filter((entry): entry is [string, JsonSchema] =>
    isSchema(entry[1]),
  )
}

function renderSection({ place, schema, variant, same }: Section): string {
  const level = variant === undefined ? '##' : '###'
  const name = place === '' ? 'The file' : `\`${place}\``
  const title = `${level} ${name}${variant === undefined ? '' : `, \`${variant}\``}`
  const description = typeof schema.description === 'string' ? [schema.description] : []
  if (same !== undefined) return [title, ...description, `The keys are those of \`${same}\`.`].join('\n\n')
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  const rows = propertiesOf(schema).map(([key, member]) => {
    const fallback = required.includes(key) ? '*required*' : code(member.default)
    return `| \`${key}\` | ${typeOf(member)} | ${fallback} | ${cell(String(member.description ?? ''))} |`
  })
  const table = ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
  return [title, ...description, table].join('\n\n')
}

function typeOf(schema: JsonSchema): string {
  if (typeof schema.title === 'string') return schema.title
  if ('const' in schema) return code(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(code).join(', ')
  const alternatives: readonly unknown[] = [schema.anyOf, schema.oneOf].flat()
  const types = alternatives.filter(isSchema).map(typeOf)
  if (types.length > 0) return [...new Set(types)].join(' or ')
  if (isSchema(schema.items)) return `list of ${typeOf(schema.items)}`
  if (isSchema(schema.additionalProperties))
    return `mapping of names to ${typeOf(schema.additionalProperties)}`
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    boolean: 'true or false',
    object: 'mapping',
  }
  const type = String(schema.type)
  return names[type] ?? type
}

function code(value: unknown): string {
  if (value === undefined) return ''
  return cell(`\`${typeof value === 'string' ? value : JSON.stringify(value)}\``)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

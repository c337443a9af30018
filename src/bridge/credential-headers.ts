import { PosternError } from '../errors.ts'

/** Headers that the transport sets itself; a second value would break or forge the message. */
const OURS =
  /^(?:accept|connection|content-.*|host|keep-alive|last-event-id|mcp-.*|te|trailer|transfer-encoding|upgrade)$/i
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const PLACEHOLDER = /\$\{([A-Za-z_]\w*)\}/g
const TOKEN = 'POSTERN_TOKEN'

/**
 * The headers that carry the caller's credential, from `--header 'Name: value'` options and the environment.
 *
 * `${NAME}` in a value is read from the environment, so that a secret need not stand in the process list.
 * POSTERN_TOKEN becomes `Authorization: Bearer …`, unless an option already is the Authorization header or
 * already uses `${POSTERN_TOKEN}`: a gateway refuses two credentials at once.
 *
 * @param options - each `Name: value` or `Name:value`
 * @throws PosternError `invalid_params` in words for the person at the terminal; never with a value in it.
 */
export function credentialHeaders(
  options: readonly string[],
  environment: (name: string) => string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const option of options) {
    const [name, template] = cut(option)
    if (Object.keys(headers).some(known => known.toLowerCase() === name.toLowerCase())) {
      throw refuse(`--header ${name} is given twice.`)
    }
    headers[name] = checked(name, fillIn(name, template, environment))
  }
  const token = environment(TOKEN)
  const taken = options.some(
    option => /^\s*authorization\s*:/i.test(option) || option.includes(`\${${TOKEN}}`),
  )
  if (token !== undefined && !taken)
    headers.Authorization = checked('Authorization', `Bearer ${token.trim()}`)
  return headers
}

function cut(option: string): [name: string, value: string] {
  const colon = option.indexOf(':')
  const name = option.slice(0, Math.max(colon, 0)).trim()
  if (!NAME.test(name))
    throw refuse(`--header must be written 'Name: value', for example 'X-Api-Key: \${API_KEY}'.`)
  if (OURS.test(name)) throw refuse(`--header ${name}: this header is set by the transport itself.`)
  return [name, option.slice(colon + 1).trim()]
}

function fillIn(name: string, template: string, environment: (name: string) => string | undefined): string {
  return template.replace(PLACEHOLDER, (_match, variable: string) => {
    const value = environment(variable)
    if (value !== undefined) return value
    throw refuse(`--header ${name}: the environment variable ${variable} is not set.`)
  })
}

/** A value with a line break could add headers; one outside Latin-1 can't be sent at all. */
function checked(name: string, value: string): string {
  if (value === '') throw refuse(`The header ${name} would be empty.`)
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw refuse(
    `The value of the header ${name} has characters that no header may have (a line break, perhaps).`,
  )
}

function refuse(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}

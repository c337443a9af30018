import { isLoopback } from '../config/loopback.ts'
import { PosternError } from '../errors.ts'

/**
 * The address of a remote MCP endpoint as a person typed it.
 *
 * Plain http is taken for loopback only: anywhere else the credential would travel readable for everyone on
 * the way. `insecure` allows it all the same.
 *
 * @throws PosternError `invalid_params` in words for the person at the terminal.
 */
export function remoteUrl(text: string, insecure = false): URL {
  if (!URL.canParse(text)) {
    throw refuse(
      `${JSON.stringify(text)} is not a URL. Write it whole, for example https://mcp.example.com/mcp.`,
    )
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'The URL holds a user name or password. Send credentials with POSTERN_TOKEN or --header instead.',
    )
  }
  url.hash = ''
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') throw refuse(`${url.protocol}// is not supported. Use an https:// URL.`)
  if (insecure || isLoopback(url.hostname)) return url
  throw refuse(
    `${url.origin} is plain http: the credential would travel unencrypted. Use https://, ` +
      'or --insecure-http if the network between is your own.',
  )
}

function refuse(message: string): PosternError {
  return new PosternError('invalid_params', { message })
}

import { PosternError } from '../errors.ts'

/** What a process that is started by its client lacks, in the client's own words. */
const missing = (variable: string) =>
  `This server needs a credential, and ${variable} is not set. Put it into the env block of this server in the client’s configuration, and restart the client.`
const refused = (variable: string) => `The credential comes from ${variable} in the client’s configuration.`

/**
 * A refusal of what was presented on standard input and output, where there is no header that a person could look at:
 * says that the environment lacks the credential, or that it is from there. Any other error as it is.
 *
 * @param variable - of the environment, where the credential comes from; undefined where it is headers of the command line
 */
export function explainCredential(thrown: unknown, variable: string | undefined): unknown {
  if (!(thrown instanceof PosternError) || variable === undefined) return thrown
  const { code, message, detail, data, headers } = thrown
  const about = {
    ...(detail !== undefined && { detail }),
    ...(data !== undefined && { data }),
    ...(headers !== undefined && { headers }),
    cause: thrown,
  }
  if (code === 'missing_token') return new PosternError(code, { ...about, message: missing(variable) })
  if (code === 'invalid_token')
    return new PosternError(code, { ...about, message: `${message} ${refused(variable)}` })
  return thrown
}

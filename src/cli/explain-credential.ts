import { PosternError } from '../errors.ts'

/** What a process that is started by its client lacks, in the client's own words. */
const MISSING =
  'This server needs a credential, and POSTERN_TOKEN is not set. Put it into the env block of this server in the client’s configuration, and restart the client.'
const REFUSED = 'The credential comes from POSTERN_TOKEN in the client’s configuration.'

/**
 * A refusal of what was presented on standard input and output, where there is no header that a person could look at:
 * says that the environment lacks the credential, or that it is from there. Any other error as it is.
 *
 * @param isFromEnvironment - whether POSTERN_TOKEN is the way, and not headers of the command line
 */
export function explainCredential(thrown: unknown, isFromEnvironment: boolean): unknown {
  if (!(thrown instanceof PosternError) || !isFromEnvironment) return thrown
  const { code, message, detail, data, headers } = thrown
  const about = {
    ...(detail !== undefined && { detail }),
    ...(data !== undefined && { data }),
    ...(headers !== undefined && { headers }),
    cause: thrown,
  }
  if (code === 'missing_token') return new PosternError(code, { ...about, message: MISSING })
  if (code === 'invalid_token') return new PosternError(code, { ...about, message: `${message} ${REFUSED}` })
  return thrown
}

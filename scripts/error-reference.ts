import { NAMEABLE_CODES } from '../src/config/error-names.ts'
import { ERRORS } from '../src/errors.ts'

/** The text of `docs/errors.md`, made from `src/errors.ts`. */
export function errorReference(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, rpcCode, message }]) => `| \`${code}\` | ${status} | ${rpcCode} | ${message} |`,
  )
  const finer = NAMEABLE_CODES.filter(([code]) => !Object.hasOwn(ERRORS, code)).map(
    ([code, meaning]) => `| \`${code}\` | ${meaning} |`,
  )
  return `# Errors

Every error that a client can see has a code. Over HTTP it is in the body as \`error.data.code\` (JSON-RPC) or
\`error.code\` (pass-through); in the audit as \`code\`. HTTP 200 marks what comes as an answer inside a successful
response: a JSON-RPC error of an otherwise good request, or a tool result with \`isError: true\`.
The pass-through answers such an error with the status of the next column, or 400 where that is none of HTTP.

| code | HTTP | JSON-RPC | what it says |
| --- | --- | --- | --- |
${rows.join('\n')}

## A product's own codes

\`errors\` of the configuration renames any of these codes but those of the authorization server, whose names are
RFC 6749's. The product's code is then where ours was, and ours is beside it as \`reason\`; in a tool result, the
product's code is the last line of the text, and both are in \`_meta["postern/error"]\`. The audit keeps ours as
\`code\`, with what was shown as \`shownCode\`. HTTP statuses, JSON-RPC numbers, \`WWW-Authenticate\` and the
administration's API stay as they are. Two finer words can be renamed, too; where they are not, \`invalid_token\`'s name
stands for them:

| word | what it says |
| --- | --- |
${finer.join('\n')}
`
}

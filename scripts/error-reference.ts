import { ERRORS } from '../src/errors.ts'

/** The text of `docs/errors.md`, made from `src/errors.ts`. */
export function errorReference(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, rpcCode, message }]) => `| \`${code}\` | ${status} | ${rpcCode} | ${message} |`,
  )
  return `# Errors

Every error that a client can see has a code. Over HTTP it is in the body as \`error.data.code\` (JSON-RPC) or
\`error.code\` (pass-through); in the audit as \`code\`. HTTP 200 marks what comes as an answer inside a successful
response: a JSON-RPC error of an otherwise good request, or a tool result with \`isError: true\`.
The pass-through answers such an error with the status of the next column, or 400 where that is none of HTTP.

| code | HTTP | JSON-RPC | what it says |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

/**
 * The program in a bundle (.mcpb): the bridge to the one server that `connection.json` names, with the credential that
 * the client asks its user for. Runs wherever it is loaded, since clients load it in ways of their own, in which no
 * program is the main one; starts no process, needs nothing but Node.js 20 and the files next to it.
 */
import { readFileSync } from 'node:fs'
import { environment } from '../config/environment.ts'
import { type BundledConnection, bundledCredential, credentialAdvice } from './bundled-connection.ts'
import { type BridgeOptions, runBridge } from './run-bridge.ts'

const file = new URL('../connection.json', import.meta.url)
const connection = JSON.parse(readFileSync(file, 'utf8')) as BundledConnection

await runBridge({
  url: new URL(connection.url),
  ...signedIn(connection),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  label: connection.title,
  advice: credentialAdvice(connection),
})
process.stdin.destroy()

/** Without a credential every request is answered with why, where the user sees it, and nothing is sent. */
function signedIn(of: BundledConnection): Pick<BridgeOptions, 'credential' | 'fetch'> {
  try {
    return { credential: bundledCredential(of, environment) }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const refusal = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: 401, message } })
    return { credential: {}, fetch: async () => new Response(refusal, { status: 401 }) }
  }
}

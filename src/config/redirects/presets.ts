import type { REDIRECT_PRESETS } from '../schema/oauth.ts'

/** Name of a known client. */
export type RedirectPreset = (typeof REDIRECT_PRESETS)[number]

/**
 * Redirect URIs of known clients; `<id>` at the end stands for one segment of 1 to 128 letters, digits, `-` and `_`. Of
 * loopback addresses the port is free. Nothing is a prefix: what another page of the same site could be is not allowed.
 *
 * | client | seen |
 * | --- | --- |
 * | claude | claude.ai, its twin, the desktop application (claude-code#93671) and Claude Code, whose metadata names `localhost` without a port and which listens on a random one (claude-code#37767) |
 * | chatgpt | one address per connector, and the older one that all shared |
 * | cursor | registers all three at once (cursor.com/docs/mcp); refusing one fails all |
 * | vscode | registers both web addresses, 127.0.0.1 without and with port 33418, and then uses a random one (microsoft/vscode#278512, `src/vs/base/common/oauth.ts`) |
 * | codex | appends an id that it derives from the server’s URL (openai/codex#30460) |
 * | windsurf | connects with headers; no redirect of its own is known |
 * | gemini | `packages/core/src/mcp/oauth-provider.ts` of gemini-cli: port 7777, later a random one |
 * | antigravity | a page of the vendor’s (antigravity-cli#480) |
 * | inspector | `/oauth/callback` of the web, terminal and command-line clients; version 1 had `/debug` besides |
 */
export const PRESETS: Readonly<Record<RedirectPreset, readonly string[]>> = {
  claude: [
    'https://claude.ai/api/mcp/auth_callback',
    'https://claude.com/api/mcp/auth_callback',
    'claude://claude.ai/mcp-auth-callback/sdk',
    'http://localhost/callback',
    'http://127.0.0.1/callback',
  ],
  chatgpt: [
    'https://chatgpt.com/connector/oauth/<id>',
    'https://chatgpt.com/connector_platform_oauth_redirect',
  ],
  cursor: [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'https://www.cursor.com/agents/mcp/oauth/callback',
    'http://localhost/callback',
  ],
  vscode: [
    'https://vscode.dev/redirect',
    'https://insiders.vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://localhost/',
  ],
  codex: [
    'http://127.0.0.1/callback',
    'http://127.0.0.1/callback/<id>',
    'http://localhost/callback',
    'http://localhost/callback/<id>',
  ],
  windsurf: [],
  gemini: ['http://localhost/oauth/callback'],
  antigravity: ['https://antigravity.google/oauth-callback'],
  inspector: [
    'http://localhost/oauth/callback',
    'http://localhost/oauth/callback/debug',
    'http://127.0.0.1/oauth/callback',
    'http://127.0.0.1/oauth/callback/debug',
  ],
}

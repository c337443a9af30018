import { CHATGPT } from './chatgpt.ts'
import { CLAUDE_AI } from './claude-ai.ts'
import { CLAUDE_CODE } from './claude-code.ts'
import { CODEX } from './codex.ts'
import { CURSOR } from './cursor.ts'
import { GEMINI_CLI } from './gemini-cli.ts'
import { INSPECTOR } from './inspector.ts'
import { MCP_REMOTE } from './mcp-remote.ts'
import type { ClientShape } from './shape.ts'
import { VSCODE } from './vscode.ts'

/** Every client that is known on the wire. */
export const SHAPES: readonly ClientShape[] = [
  CLAUDE_CODE,
  CODEX,
  GEMINI_CLI,
  MCP_REMOTE,
  INSPECTOR,
  CLAUDE_AI,
  CHATGPT,
  CURSOR,
  VSCODE,
]

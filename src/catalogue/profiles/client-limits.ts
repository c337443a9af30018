import type { PROFILES } from '../../config/schema/server.ts'

/** A client, or `default` for what all of them take, or `full` for everything. */
export type Profile = Exclude<(typeof PROFILES)[number], 'auto'>

/**
 * What a client takes of the tools that it is given, as far as it is known. A tool that breaks one of these is
 * dropped, or breaks the whole list or every request with it, or loses what it says.
 */
export interface ClientLimits {
  /** Longest name of a tool. */
  readonly nameLength: number
  /** Longest name together with the server's, as the client joins them; undefined where it does not. */
  readonly joinedNameLength: number | undefined
  /** Most tools, of all servers together; undefined where no limit is known. */
  readonly tools: number | undefined
  /** Longest description of a tool, in characters. */
  readonly description: number
  /** Property keys must be `[A-Za-z0-9_.-]{1,64}`, at any depth. */
  readonly safeKeys: boolean
  /** Takes alternatives (`anyOf`, `oneOf`, `allOf`) at the root. */
  readonly rootUnions: boolean
  /** Takes them below the root, without losing what they say. */
  readonly unions: boolean
  /** Follows `$ref` into `$defs`. */
  readonly references: boolean
  /** Takes schemas without `type` (alternatives stand for one). */
  readonly typeless: boolean
  /** Takes a list of types, `["string", "null"]`. */
  readonly typeLists: boolean
  /** Takes arrays without `items`. */
  readonly openArrays: boolean
  /** Takes `true` and `false` for a schema; for `additionalProperties` every client does. */
  readonly booleanSchemas: boolean
  /** Takes `const`. */
  readonly constants: boolean
  /** Takes values in `enum` that are no strings. */
  readonly anyEnums: boolean
  /** The formats that it takes. */
  readonly formats: ReadonlySet<string> | 'any'
  /** Takes patterns with lookaround. */
  readonly lookaround: boolean
  /** Takes patterns that are not anchored at both ends. */
  readonly loosePatterns: boolean
  /** Takes keywords besides type, members, items, enum, format, pattern and inclusive bounds. */
  readonly rareKeywords: boolean
}

/** What is known to be taken by a client that nobody has complained about. */
const ANYTHING: ClientLimits = {
  nameLength: 64,
  joinedNameLength: undefined,
  tools: undefined,
  description: Infinity,
  safeKeys: false,
  rootUnions: true,
  unions: true,
  references: true,
  typeless: true,
  typeLists: true,
  openArrays: true,
  booleanSchemas: true,
  constants: true,
  anyEnums: true,
  formats: 'any',
  lookaround: true,
  loosePatterns: true,
  rareKeywords: true,
}

/**
 * Anthropic's API, Claude Code, Claude Desktop, claude.ai.
 *
 * - safeKeys: other keys fail the request, tools and all (anthropics/claude-code#92648).
 * - rootUnions: the tool is dropped silently (makenotion/notion-mcp-server#340, claude-code#95504).
 * - nameLength: Desktop takes 64 characters, the API 128 (claude-code#2257).
 */
const CLAUDE: ClientLimits = { ...ANYTHING, safeKeys: true, rootUnions: false, description: 2_048 }

/**
 * OpenAI's API, ChatGPT, Codex.
 *
 * - rootUnions, openArrays, typeless, lookaround: notion-mcp-server#340, spring-projects/spring-ai#2561,
 *   cline/cline#14019.
 * - unions: Codex turns `anyOf` into a string (openai/codex#13768, #42283).
 * - references, typeLists, booleanSchemas: Codex reads one type per schema and nothing by reference; what it
 *   does not know becomes a string.
 * - description: the API takes 1,024 characters.
 */
const OPENAI: ClientLimits = {
  ...ANYTHING,
  description: 1_024,
  safeKeys: true,
  rootUnions: false,
  unions: false,
  references: false,
  typeless: false,
  typeLists: false,
  openArrays: false,
  booleanSchemas: false,
  constants: false,
  lookaround: false,
}

/**
 * Gemini's API, Gemini CLI.
 *
 * - formats (of texts; only `enum` and `date-time`), typeLists, constants, anyEnums, booleanSchemas: a request
 *   with one of them fails (google-gemini/gemini-cli#2237, github/copilot-cli#4623,
 *   taylorwilsdon/google_workspace_mcp#1099).
 * - unions: `any_of` must be the only member of its schema there, and a schema must have a type elsewhere.
 * - rareKeywords: its schemas have neither exclusive bounds nor `multipleOf`, `uniqueItems`, `not`, `examples`.
 */
const GEMINI: ClientLimits = {
  ...ANYTHING,
  description: 1_024,
  safeKeys: true,
  rootUnions: false,
  unions: false,
  references: false,
  typeless: false,
  typeLists: false,
  openArrays: false,
  booleanSchemas: false,
  constants: false,
  anyEnums: false,
  formats: new Set(['enum', 'date-time']),
  lookaround: false,
  rareKeywords: false,
}

/**
 * Cursor: the name of server and tool together at most 60 characters (awslabs/mcp#1283), at first 40, later 80
 * tools (Snowflake-Labs/mcp#77), references stay unresolved (google-labs-code/stitch-mcp#184). The models
 * behind it are anybody's: no alternatives at the root, no arrays without items.
 */
const CURSOR: ClientLimits = {
  ...ANYTHING,
  joinedNameLength: 60,
  tools: 80,
  safeKeys: true,
  rootUnions: false,
  references: false,
  openArrays: false,
  booleanSchemas: false,
  lookaround: false,
}

/**
 * VS Code: at most 128 tools (microsoft/vscode-copilot-release#11653); arrays need items and values of an enum
 * must differ (microsoft/vscode#337428). Its models are anybody's too, Gemini's among them
 * (github/copilot-cli#4623), so what those refuse stays out.
 */
const VSCODE: ClientLimits = {
  ...ANYTHING,
  tools: 128,
  safeKeys: true,
  rootUnions: false,
  references: false,
  openArrays: false,
  typeLists: false,
  booleanSchemas: false,
  constants: false,
  anyEnums: false,
  lookaround: false,
}

/**
 * What all of these take, and others that are only known by what they refuse: Kiro, opencode and the Inspector
 * resolve no references (stitch-mcp#184); llama.cpp drops every tool for one pattern with lookaround
 * (email-mcp#72), and its grammars take only patterns that are anchored at both ends.
 *
 * Alternatives are merged, not listed: Codex makes strings of them, Gemini wants nothing beside them, others
 * want a type beside them, so no form of a union survives everywhere. What is merged says in its description
 * which members belong together; a call is still checked against the document's own alternatives.
 */
const DEFAULT: ClientLimits = { ...GEMINI, joinedNameLength: undefined, loosePatterns: false }

/** Each profile's limits. */
export const CLIENT_LIMITS: Readonly<Record<Profile, ClientLimits>> = Object.freeze({
  default: DEFAULT,
  claude: CLAUDE,
  openai: OPENAI,
  gemini: GEMINI,
  cursor: CURSOR,
  vscode: VSCODE,
  full: ANYTHING,
})

/**
 * Clients without a profile of their own, for verdicts: what they take besides the default profile's limits.
 * Windsurf takes 50 tools (go-mcp-mysql#3), Trae 40 (Trae-AI/TRAE#1344).
 */
export const OTHER_CLIENTS: Readonly<Record<string, ClientLimits>> = Object.freeze({
  windsurf: { ...DEFAULT, tools: 50 },
  trae: { ...DEFAULT, tools: 40 },
})

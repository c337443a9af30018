/**
 * The inner loop: every test but the slow ones, which are named here with what makes them slow.
 * Usage: npm run test:quick
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

/** Path prefixes below `test/` that only `npm test` runs. */
const SLOW: readonly string[] = [
  'conformance/', // drives the official suite over two revisions
  'clients/', // starts the Inspector and mcp-remote
  'hostile-input', // 100,000 random calls
  'readme-commands', // runs the README's commands
  'oauth-sessions', // runs those of docs/oauth.md
  'oauth/negative/', // starts gateways, providers and processes for eighty cases over two stores
  'oauth/attacks/', // starts a gateway for each
  'oauth/tokens/', // races, and throws forms by the thousand
  'oauth/clients/', // computes hashes that are slow on purpose
  'oauth/authorize/',
  'oauth/sign-in/', // starts an OpenID provider
  'oauth/redirects/',
  'config/redirects/', // redirect URIs by the ten thousand
  'oauth/connections/',
  'oauth/connect', // these start gateways
  'app.test',
  'fitting-answers',
  'passthrough.test',
  'progress.test',
  'jwt-gateway',
  'spoofed-forwarding',
  'server.test',
  'corpus/', // starts children to measure them
  'upstream/build-request.property', // random requests by the ten thousand
  'catalogue/answers/recognise-pagination',
  'catalogue/search/tool-index', // indexes 10,000 tools
  'catalogue/schema/convert-schema', // hostile schemas, and deep ones
  'browser/', // starts Chromium
  'install-test-clients',
  'slow-requests', // waits for requests that don't arrive
  'cli/client',
  'cli/connection',
  'cli/connect',
  'catalogue/corpus', // compiles megabytes of public documents
  'lint-corpus', // reads and compiles all of these documents
  'client-limits',
  'catalogue/profiles/advertise-input',
  'no-outbound', // starts a gateway for each of them
  'catalogue/damaged-documents', // compiles hundreds of broken ones
  'bench/', // starts every server of the benchmark
  'cli/main', // these start the command line over and over
  'cli/check',
  'cli/serve',
  'cli/stdio',
  'cli/token',
  'cli/tools',
  'drain', // these start, load and stop whole gateways
  'reload',
  'revocation',
  'store/', // kills processes, starts Redis
  'mcp/listen-streams', // waits for beats of open streams
  'mcp/hostile-bodies', // random messages by the thousand
  'fleet/', // starts three gateways and calls them by the ten thousand
  'faults/', // breaks a Redis under three gateways in every way
  'kill-sqlite', // kills gateways over and over
  'audit-', // kills gateways, and fills disks
  'cli/audit',
  'cli/credential',
  'cli/diff',
  'cli/lint',
  'cli/lock',
  'cli/revocation',
  'cli/store-migrate',
  'brute-force', // guesses by the ten thousand
  'auth/jwt/fetch-keys', // waits for servers that are slow
  'limits.test', // starts Redis and several gateways
  'search-mode',
  'install-test-servers',
  'catalogue/document/parse-in-background',
  'catalogue/document/overlay',
  'config/load-anything',
  'upstream-credentials',
  'product-credentials',
  'admin/', // starts a gateway for each question
  'docs-examples', // starts a gateway for the examples
  'systems/lu', // starts a gateway's process for each file
  'bundle/', // runs bundles with every Node that they name
  'cli/bundle',
  'cli/publish',
  'confirmation', // these start gateways, and ask over and over
  'elicitation/',
  'entitlements',
  'error-mapping',
  'machine-error-names',
  'prompts.test',
  'resources.test',
  'resource-subscriptions',
  'tenants.test',
  'tls.test', // handshakes that take their time, and a process
  'publication.test',
  'open-bundles',
  'open-connect-page',
  'open-legacy-addresses',
  'connect-page',
  'legacy-addresses-',
  'policy/roles-unlearnt',
  'mcp/resources/subscriber-without-rights',
  'audit/credential-as-argument',
  'demo/', // the sample product, which changes by itself only
]

const root = new URL('..', import.meta.url)
const files = readdirSync(new URL('test', root), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts') && !SLOW.some(prefix => name.startsWith(prefix)))
  .map(name => `test/${name}`)
  .sort()
const run = spawnSync('tap', ['--jobs=4', ...files], { cwd: root, stdio: 'inherit' })
process.exitCode = run.status ?? 1

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedTests } from './named-tests.ts'

const ROOT = join(import.meta.dirname, '..')

/** What an attacker, or an unlucky client, brings: case N1 is the first. Tests name the cases that they show. */
export const NEGATIVE_CASES: readonly string[] = [
  'no credential',
  'garbage for a credential',
  'an expired token',
  'a token for another audience',
  'a token for a neighbour’s path: `/mcp` at `/mcp-other`',
  'a token in the query',
  'two credentials at once',
  '`alg: none`, and HS256 with a public key for a secret',
  'a flood of unknown key ids',
  'a token that is not valid yet',
  'an ID token for an access token',
  'a refresh token for an access token',
  'a code for an access token',
  'an access token for a refresh token',
  'a call without the scopes that it needs',
  'a token that was revoked',
  'the living JWT of a client that was disabled',
  'the header `Email` without `Token`',
  'the `Email` of one user with the `Token` of another',
  'the client’s token at the backend, also by a redirect',
  'identity headers that a client writes itself',
  'somebody else’s handle',
  'a foreign Host or Origin',
  'a made-up X-Forwarded-Host',
  'an unknown client at the authorization endpoint',
  'a redirect URI that the client has not registered',
  'a redirect URI with a user, a fragment, a backslash, an encoded host',
  'a loopback redirect with another host, path or scheme',
  'a loopback redirect with another port, which is good',
  '`javascript:` and `data:`',
  'no PKCE',
  'PKCE `plain`',
  'a challenge that is none',
  'parameters that come twice',
  'a resource that is foreign, has a fragment, or is two',
  'the implicit grant',
  'an error without `iss`, or with two',
  'a registered redirect that is not allowed here',
  'an approval without its CSRF token',
  'the CSRF token of another browser',
  'an approval that is sent again',
  'a callback of the identity provider in another browser',
  'a `state` that is missing, used or expired',
  'a page in a frame',
  'a client’s name with HTML, bidi or control characters',
  'a remembered approval for another redirect, another scope, or a foreign site',
  'an approval after a denial',
  'several windows at once, which all work',
  'a wrong credential on the sign-in page',
  'a typed credential in a log or a URL',
  'a code after its minute',
  'a code that is used again',
  'a code that is redeemed 50 times at once',
  'another client’s code',
  'a code with another redirect or port',
  'a code with a wrong verifier, which does not spend it',
  'a verifier without a challenge',
  'a refresh token that is used again after the grace',
  'refreshes at once within the grace',
  'a refresh for more scopes, or for another resource',
  'the revocation of another client’s token',
  'another way of proving who the client is',
  'a token request of an unknown client',
  'a store that can’t be asked',
  'one refresh token at two gateways',
  'a metadata document that names another client',
  'a `client_id` over http, without a path, with dot segments or a user',
  'a metadata document that redirects',
  'a metadata document that does not end',
  'a metadata document that comes slowly',
  'a metadata document at a private address',
  'a name that leads elsewhere after it was checked',
  'a metadata document without a name',
  'a metadata document with a shared secret or a private key',
  'a failure that is remembered',
  'a flood of fetches from one origin',
  'a flood of registrations',
  'control characters in metadata',
  'a body that is too large',
  'an assertion of another type, audience or client',
  'an assertion that is used again',
  'an assertion that fails, which does not use it up',
]

/** Whether a test of this name shows a case: `N27: …`, `N3, N4: …`, `N10–N12: …`. */
export function showsCase(name: string, number: number): boolean {
  return [...name.matchAll(/\bN(\d+)(?:–N(\d+))?/g)].some(
    ([, first, last = first]) => Number(first) <= number && number <= Number(last),
  )
}

/** The table of all cases, with the files that show each. */
export function negativeCasesTable(): string {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT })
    .map(path => path.replaceAll('\\', '/'))
    .toSorted()
    .map(path => ({ path, names: namedTests(readFileSync(join(ROOT, path), 'utf8')) }))
  const rows = NEGATIVE_CASES.map((words, index) => {
    const shown = files.filter(({ names }) => names.some(name => showsCase(name, index + 1)))
    return `| N${index + 1} | ${words} | ${shown.map(({ path }) => linkTo(path)).join(', ')} |`
  })
  return ['| case | somebody brings | tests |', '| --- | --- | --- |', ...rows].join('\n')
}

function linkTo(path: string): string {
  return `[${path.replace(/^test\/(.*)\.test\.ts$/, '$1')}](../${path})`
}

/** Puts the table between its marks in `docs/security.md`. @param page - as it is */
export function withNegativeCases(page: string): string {
  return page.replace(
    /(<!-- cases -->\n)[\s\S]*?(<!-- end of cases -->)/,
    (_, start: string, end: string) => `${start}\n${negativeCasesTable()}\n\n${end}`,
  )
}

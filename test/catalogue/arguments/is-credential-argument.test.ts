import t from 'tap'
import { isCredentialArgument } from '../../../src/catalogue/arguments/is-credential-argument.ts'

const context = {
  isCredentialParameter: (location: string, name: string) => `${location}:${name}` === 'query:sig',
}
const judge = (location: string, name: string, description?: string) =>
  isCredentialArgument(context, { location, name, description })

t.test('what the document declares is one, in a form too where it is declared in the query', async t => {
  t.equal(judge('query', 'sig'), true)
  t.equal(judge('body', 'sig'), true)
  t.equal(judge('header', 'sig'), false)
})

t.test('a token that authenticates the request is one, wherever it is', async t => {
  for (const location of ['query', 'header', 'body']) {
    t.equal(
      judge(location, 'token', 'Authentication token. Requires scope: `admin.apps:write`'),
      true,
      location,
    )
    t.equal(judge(location, 'apiKey', 'Used to authenticate this request.'), true, location)
  }
  const box = 'An optional access token that can be used to pre-authenticate this request, which means …'
  t.equal(judge('query', 'access_token', box), true)
  t.equal(judge('query', 'api_key', 'Your API key'), true)
  t.equal(judge('query', 'X-Api-Key', 'API key used for authentication.'), true)
})

t.test('what an operation is about is none', async t => {
  for (const [location, name, description] of [
    ['body', 'token', 'The access token to revoke.'],
    ['query', 'token', 'Authentication token to revoke.'],
    ['body', 'access_token', 'The OAuth access token used to authenticate to the GitHub API.'],
    ['query', 'token', 'package token'],
    ['body', 'token', 'An optional token used to create the source.'],
    ['body', 'api_key', 'API key.'],
    ['body', 'api_key', 'API key of the billing service.'],
    ['query', 'key', 'An explicit key or prefix for identifying the cache'],
    ['query', 'page_token', 'Authentication token. Requires scope: x'],
    ['path', 'token', 'Authentication token.'],
    ['query', 'token', undefined],
  ] as const) {
    t.equal(judge(location, name, description), false, `${location} ${name}: ${description}`)
  }
})

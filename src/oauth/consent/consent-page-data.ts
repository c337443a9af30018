import { productTitle, serverTitle } from '../../config/titles.ts'
import { describeScope } from '../../console/pages/describe-scope.ts'
import { describeTools } from '../../console/pages/describe-tools.ts'
import type { ConsentPage, PageForm } from '../../console/pages/page-data.ts'
import { allowedTools } from '../scopes/grantable-scopes.ts'
import type { OAuthSurroundings } from '../surroundings.ts'
import type { Scene } from './scene.ts'

/**
 * What the consent page shows of a scene.
 *
 * @param problem - with what was wrong the last time, and what was ticked then
 */
export function consentPageData(
  { request, known, person, matter }: Scene,
  form: PageForm,
  surroundings: Pick<OAuthSurroundings, 'config' | 'policy'>,
  problem?: { readonly text: string; readonly ticked: readonly string[] },
): ConsentPage {
  const config = surroundings.config()
  const { scopes: declared, scopeHierarchy: hierarchy } = config
  const { client, target } = known
  const { grantable, tools, server } = matter
  const titles = new Map(tools.map(tool => [tool.name, tool.title ?? tool.name]))
  return {
    product: productTitle(config),
    form,
    client: { name: client.name, origin: client.origin, host: client.host },
    redirect: { kind: target.kind, shown: target.shown, uri: target.uri },
    person: { display: person.display, organization: person.organization },
    server: { title: serverTitle(server, config), url: request.resource },
    scopes: grantable.scopes.map(scope => ({
      ...describeScope(scope, { declared, hierarchy, tools: titles }),
      ticked: problem === undefined || problem.ticked.includes(scope),
    })),
    abilities: describeTools(allowedTools(grantable.scopes, person, surroundings.policy(), tools)),
    problem: problem && { text: problem.text },
  }
}

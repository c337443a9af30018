import type { BodyPlan, ParameterPlan, RequestPlan } from '../catalogue/tool.ts'

/**
 * The names of an operation's parameters and of its body's members, all but one. Of all locations, since many
 * frameworks keep path, query, cookies and body in one bag and let one of them win.
 */
export function otherNames(plan: RequestPlan, own: ParameterPlan): readonly string[] {
  const parts = [...plan.path, ...plan.query, ...plan.headers, ...plan.cookies]
  const names = parts.flatMap(part => (typeof part === 'string' || part === own ? [] : [part.name]))
  return [...names, ...(plan.fixedQuery ?? []).map(([name]) => name), ...bodyNames(plan.body)]
}

function bodyNames(body: BodyPlan | undefined): readonly string[] {
  if (body?.kind === 'properties') return [...body.properties.keys()]
  if (body?.kind === 'form') return body.fields.map(({ name }) => name)
  return body?.kind === 'multipart' ? body.parts.map(({ name }) => name) : []
}

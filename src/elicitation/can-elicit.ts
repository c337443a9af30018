import { isJsonObject } from '../catalogue/is-json-object.ts'

/**
 * Whether a client's capabilities say that it can show its user a form (MCP client/elicitation "Capabilities", both
 * eras): an empty `elicitation` says so, one with other modes alone does not.
 */
export function canElicit(capabilities: unknown): boolean {
  if (!isJsonObject(capabilities) || !Object.hasOwn(capabilities, 'elicitation')) return false
  const { elicitation } = capabilities
  if (!isJsonObject(elicitation)) return false
  return Object.keys(elicitation).length === 0 || isJsonObject(elicitation.form)
}

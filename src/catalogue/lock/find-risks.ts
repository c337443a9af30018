import { HINTS, type ToolFacts } from './lock-file.ts'

/**
 * What makes a tool riskier than it was, each in words (`its tier is write, it was read`); empty where nothing does.
 * Looks at what a changed document can bring about behind the back of whoever approved the tool: it can do more, it
 * can be called by more people, with less said about what it acts on or less asked of the user, or it goes somewhere
 * else.
 *
 * Does not look at what the backend does, nor at texts.
 */
export function findRisks(before: ToolFacts, now: ToolFacts): readonly string[] {
  return [
    ...riskierEffect(before, now),
    ...riskierHints(before, now),
    ...widerAudience(before, now),
    ...looserArguments(before, now),
    ...fewerQuestions(before, now),
    ...otherPlace(before, now),
  ]
}

const TIERS = ['read', 'write', 'manage']
/** Methods by how much they can do; unknown ones count as the worst. */
const METHODS = [
  ['GET', 'HEAD', 'QUERY'],
  ['POST', 'PUT', 'PATCH'],
]

function riskierEffect(before: ToolFacts, now: ToolFacts): string[] {
  const risks: string[] = []
  if (TIERS.indexOf(now.tier) > TIERS.indexOf(before.tier)) {
    risks.push(`its tier is ${now.tier}, it was ${before.tier}`)
  }
  // A rule may keep the tier by operationId while the document makes something else of the operation.
  if (harm(now.method) > harm(before.method))
    risks.push(`its method is ${now.method}, it was ${before.method}`)
  return risks
}

function harm(method: string): number {
  const index = METHODS.findIndex(methods => methods.includes(method))
  return index < 0 ? METHODS.length : index
}

function riskierHints(before: ToolFacts, now: ToolFacts): string[] {
  return HINTS.flatMap(hint => {
    const isWorse = hint === 'readOnly' ? before.hints[hint] && !now.hints[hint] : now.hints[hint]
    if (hint === 'idempotent' || !isWorse || before.hints[hint] === now.hints[hint]) return []
    return `its hint ${hint} is ${now.hints[hint]}, it was ${before.hints[hint]}`
  })
}

function widerAudience(before: ToolFacts, now: ToolFacts): string[] {
  const risks: string[] = []
  const lost = before.scopes.filter(scope => !now.scopes.some(held => includes(held, scope)))
  if (lost.length > 0) {
    risks.push(
      `it asks for the scope ${now.scopes.join(' and ')}, it asked for ${before.scopes.join(' and ')}`,
    )
  }
  if (before.when !== undefined && now.when !== before.when) {
    risks.push(
      now.when === undefined ? 'its condition (`when`) is gone' : 'its condition (`when`) is another',
    )
  }
  if (now.isCallable && !before.isCallable) risks.push('it is a tool, it was only read as a resource')
  return risks
}

/** Whether everyone who has the first has the second too; a higher tier of the same resource includes a lower one. */
function includes(held: string, scope: string): boolean {
  if (held === scope) return true
  const [[tier, resource], [other, same]] = [split(held), split(scope)]
  return resource === same && TIERS.includes(other) && TIERS.indexOf(tier) > TIERS.indexOf(other)
}

function split(scope: string): readonly [string, string] {
  const colon = scope.indexOf(':')
  return [scope.slice(0, Math.max(colon, 0)), scope.slice(colon + 1)]
}

function looserArguments(before: ToolFacts, now: ToolFacts): string[] {
  const required = new Set(now.arguments.flatMap(({ name, required: is }) => (is ? [name] : [])))
  const bound = new Set(now.bound)
  const risks: string[] = []
  for (const { name, required: was } of before.arguments) {
    if (was && !required.has(name) && !bound.has(name) && !now.asked.includes(name))
      risks.push(`its argument ${name} is not required any more`)
  }
  for (const name of before.bound) {
    if (!bound.has(name)) risks.push(`its argument ${name} is not set by the gateway any more`)
  }
  if (variables(now.path) < variables(before.path)) {
    risks.push(`its path is ${now.path}, it was ${before.path}: fewer parameters say what it acts on`)
  }
  return risks
}

function fewerQuestions(before: ToolFacts, now: ToolFacts): string[] {
  const risks: string[] = []
  if (before.confirm !== undefined && now.confirm === undefined) {
    risks.push('its user need not say yes any more (`confirm`)')
  } else if (before.confirm === 'refuse' && now.confirm === 'call') {
    risks.push('it is called where its user can’t be asked (`confirm.without`), it was refused')
  }
  for (const name of before.asked) {
    if (!now.asked.includes(name) && !now.bound.includes(name))
      risks.push(`its argument ${name} is not asked of the user any more`)
  }
  return risks
}

function variables(path: string): number {
  return path.split('{').length - 1
}

function otherPlace(before: ToolFacts, now: ToolFacts): string[] {
  const risks: string[] = []
  // The same operationId at another path is another operation under an approved name.
  if (shapeOf(now.path) !== shapeOf(before.path) && variables(now.path) >= variables(before.path)) {
    risks.push(`its path is ${now.path}, it was ${before.path}`)
  }
  if (now.origin !== undefined && shapeOf(now.origin) !== shapeOf(before.origin ?? '')) {
    risks.push(`its calls go to ${now.origin}, they went to ${before.origin ?? 'the configured upstream'}`)
  }
  return risks
}

/** A path without what its parameters are called and without a version: `/v2/orgs/{}/items`. */
function shapeOf(path: string): string {
  return path.replace(/\{[^{}]*\}/g, '{}').replace(/\/v\d+(?:\.\d+)*(?=\/|$)/gi, '')
}

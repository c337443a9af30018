/**
 * Whether a value that was sent is the one that was given, or what the gateway may have taken it for: the number,
 * boolean, list or object that a text says, a text that says a number or boolean, a list of the one item, and null
 * left out. A judge of its own: it knows no schema and nothing of the code under test.
 */
export function isMeant(sent: unknown, given: unknown): boolean {
  if (JSON.stringify(sent) === JSON.stringify(given)) return true
  if (Array.isArray(sent) && !Array.isArray(given)) {
    if (sent.length === 1 && isMeant(sent[0], given)) return true
  }
  if (typeof given === 'string') return saysInText(sent, given)
  if (typeof given === 'number' || typeof given === 'boolean') return sent === String(given)
  if (Array.isArray(given)) {
    return (
      Array.isArray(sent) && sent.length === given.length && sent.every((item, i) => isMeant(item, given[i]))
    )
  }
  if (!isObject(given) || !isObject(sent)) return false
  return Object.keys({ ...given, ...sent }).every(key => {
    if (!Object.hasOwn(given, key)) return false
    return Object.hasOwn(sent, key) ? isMeant(sent[key], given[key]) : given[key] === null
  })
}

/** The arguments, out of a single member that holds all of them. */
export function unwrapped(args: Record<string, unknown>): Record<string, unknown> {
  const [value, ...others] = Object.values(args)
  const inner = typeof value === 'string' ? parse(value) : value
  return others.length === 0 && isObject(inner) ? inner : args
}

function saysInText(sent: unknown, given: string): boolean {
  if (typeof sent === 'string') return /^(?:true|false)$/.test(sent) && sent === given.trim().toLowerCase()
  const said = parse(given.trim().toLowerCase() === String(sent) ? String(sent) : given)
  return said !== undefined && typeof said !== 'string' && isMeant(sent, said)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

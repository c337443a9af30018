import { createHash } from 'node:crypto'
import type { ArgumentSource, NamedArgument } from './argument.ts'

/** What every client takes as a property key. */
const LEGAL = /^[A-Za-z0-9_.-]{1,64}$/
const MAX_LENGTH = 64
/** Legal, but dangerous as keys of plain objects wherever somebody copies them carelessly. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Gives every argument a name that is legal and its own. The name on the wire is kept where it is legal and
 * free; otherwise it gets a readable alias, and where two locations use one name, the later one's gets its
 * location (`id`, `id_body`). Nothing is ever dropped. Deterministic in the order given.
 */
export function nameArguments(sources: readonly ArgumentSource[]): readonly NamedArgument[] {
  const taken = new Set<string>()
  const plain = new Set(sources.map(source => source.wire).filter(isLegal))
  return sources.map(source => {
    const legal = isLegal(source.wire)
    let argument = legal ? source.wire : aliasOf(source.wire)
    // An alias never takes a name that another argument has on the wire.
    if (taken.has(argument) || (!legal && plain.has(argument))) {
      argument = withSuffix(argument, `_${source.location}`)
    }
    const base = argument
    for (let count = 2; taken.has(argument) || (argument !== source.wire && plain.has(argument)); count++) {
      argument = withSuffix(base, `_${count}`)
    }
    taken.add(argument)
    return { ...source, argument }
  })
}

function isLegal(name: string): boolean {
  return LEGAL.test(name) && !DANGEROUS.has(name)
}

function aliasOf(wire: string): string {
  const readable = wire
    .replace(/\[\]$/, '')
    .replace(/<=?$/, '_lt')
    .replace(/>=?$/, '_gt')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+|[_.-]+$/g, '')
  const hash = createHash('sha256').update(wire).digest('hex').slice(0, 6)
  if (readable === '') return `argument_${hash}`
  if (readable.length > MAX_LENGTH) return `${readable.slice(0, MAX_LENGTH - 7)}_${hash}`
  return DANGEROUS.has(readable) ? `${readable}_` : readable
}

function withSuffix(name: string, suffix: string): string {
  return name.slice(0, MAX_LENGTH - suffix.length) + suffix
}

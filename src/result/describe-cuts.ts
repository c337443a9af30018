import type { AnswerPlan } from '../catalogue/answer-plan.ts'
import type { Cut } from './cut-json.ts'

/**
 * What was left out of an answer and how to get it, in one line for the model; none where nothing was.
 *
 * @param hasNext - whether another line says how to go on
 */
export function describeCuts(
  cuts: readonly Cut[],
  { limit, narrowing }: AnswerPlan,
  hasNext: boolean,
): readonly string[] {
  if (cuts.length === 0) return []
  // Outermost first: the list's items matter more than a text inside one of them.
  const ordered = cuts.toSorted((a, b) => a.path.length - b.path.length)
  const told = ordered.slice(0, MOST_TOLD).map(describe)
  const more = cuts.length > MOST_TOLD ? [`and ${count(cuts.length - MOST_TOLD)} more`] : []
  const how = narrowing.map(name => `\`${name}\``).join(', ')
  const hint =
    narrowing.length > 0
      ? ` For less at a time, use ${how}.`
      : hasNext
        ? ''
        : ' This tool has no argument that makes its answer shorter.'
  return [`Shortened to ${count(limit)} characters: ${[...told, ...more].join('; ')}.${hint}`]
}

const MOST_TOLD = 4
const LONGEST_PATH = 80

function describe({ path, unit, kept, total }: Cut): string {
  const place = path.join('.').toWellFormed()
  const shown = place.length > LONGEST_PATH ? `…${place.slice(-LONGEST_PATH).toWellFormed()}` : place
  return `${shown === '' ? '' : `${shown}: `}${count(kept)} of ${count(total)} ${unit}`
}

function count(value: number): string {
  return value.toLocaleString('en')
}

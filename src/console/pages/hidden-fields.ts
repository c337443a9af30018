import { type Markup, markup } from './markup.ts'
import type { PageForm } from './page-data.ts'

/** The fields by which a form comes back to where it belongs. */
export function hiddenFields({ flow, csrf }: PageForm): Markup {
  const flowField = flow === undefined ? undefined : markup`<input type="hidden" name="flow" value="${flow}">`
  return markup`${flowField}<input type="hidden" name="csrf" value="${csrf}">`
}

/**
 * The name that people read of a client that says itself what it is called; undefined for what is no such name.
 *
 * Printable characters of any script, spaces reduced to one, at most 64 characters, the rest cut off. A name with
 * anything that can't be seen or that moves what stands around it (control characters, zero-width ones, changes of
 * direction, line breaks) is none: nobody needs it, and it would let a page say what it does not. Letters that look
 * like others are not judged; pages show the verified host beside the name.
 */
export function clientName(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const spaced = text
    .normalize('NFC')
    .replace(EMOJI_VARIANT, '')
    .replace(/\p{Zs}+/gu, ' ')
  // Not trim(), which would take line ends and a byte order mark along.
  const name = spaced.replace(/^ | $/g, '')
  if (UNSEEN.test(name) || PILED_MARKS.test(name) || !SEEN.test(name)) return undefined
  const characters = [...name]
  if (characters.length <= LONGEST) return name
  const cut = characters.slice(0, LONGEST - 1).join('')
  return `${cut.trimEnd()}…`
}

const LONGEST = 64
/** Code units; whoever writes more means no name. */
const LONGEST_TEXT = 1_024
/** Chooses between the coloured and the plain form of a sign that is seen either way. */
const EMOJI_VARIANT = /[\ufe0e\ufe0f]/g
/** Control, format, private use, unassigned, lone surrogates, line ends; and letters that are drawn as nothing. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u
/** So many marks on one letter reach into other lines. */
const PILED_MARKS = /\p{M}{4}/u
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

import fc from 'fast-check'

const SURROGATES = { first: 0xd800, count: 0x800 } as const

/**
 * Any character of Unicode, as a unit of `fc.string`: draws what `unit: 'binary'` draws, without the table of a
 * million characters that fast-check makes for that in every process, which takes it most of a second.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map(
    index => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count),
    character => {
      const point = isOneCharacter(character) ? character.codePointAt(0) : undefined
      if (point === undefined) throw new Error('not one character')
      return point < SURROGATES.first ? point : point - SURROGATES.count
    },
  )

function isOneCharacter(value: unknown): value is string {
  return typeof value === 'string' && /^[^\ud800-\udfff]$/su.test(value)
}

/** A text without control characters: names come from documents and people, and a terminal obeys escape codes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')
}

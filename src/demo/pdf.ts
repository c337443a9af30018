/** Text on a page. The origin is the lower left corner; one unit is 1/72 inch. */
export interface PdfText {
  readonly x: number
  readonly y: number
  readonly text: string
  /** In points. */
  readonly size: number
  readonly bold?: boolean
}

/** A horizontal hairline. */
export interface PdfRule {
  readonly y: number
  readonly from: number
  readonly to: number
}

/** One page, A4. */
export interface PdfPage {
  readonly texts: readonly PdfText[]
  readonly rules: readonly PdfRule[]
}

/** Width and height of a page. */
export const A4 = { width: 595, height: 842 } as const

/**
 * Writes a PDF 1.4 file (ISO 32000-1 is its successor): text and hairlines on A4 pages, in the standard fonts
 * Helvetica and Helvetica-Bold, which every viewer has. The same pages give the same bytes.
 *
 * The fonts are WinAnsi encoded: letters outside Western European languages lose their accents or become `?`.
 */
export function writePdf(title: string, pages: readonly PdfPage[]): Buffer {
  const firstPage = 6
  const pageNumbers = pages.map((_, index) => firstPage + 2 * index)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pageNumbers.map(n => `${n} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    `<< /Title ${literal(title)} /Producer (Tallybook) >>`,
    ...pages.flatMap((page, index) => {
      const content = contentOf(page)
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${A4.width} ${A4.height}] ` +
          `/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${firstPage + 2 * index + 1} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
  ]
  return assemble(objects)
}

// Strings hold one character per byte, so lengths are byte offsets.
function assemble(objects: readonly string[]): Buffer {
  // Four bytes above 127 in a comment tell transfer programs that the file is binary (7.5.2).
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const [index, object] of objects.entries()) {
    table += `${String(file.length).padStart(10, '0')} 00000 n \n`
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
  }
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\n`
  return Buffer.from(`${file}${table}${trailer}startxref\n${file.length}\n%%EOF\n`, 'latin1')
}

function contentOf({ texts, rules }: PdfPage): string {
  const lines = rules.map(({ y, from, to }) => `${from} ${y} m ${to} ${y} l S`)
  const shown = texts.map(
    ({ x, y, text, size, bold }) => `/F${bold ? 2 : 1} ${size} Tf 1 0 0 1 ${x} ${y} Tm ${literal(text)} Tj`,
  )
  return ['0.5 w', ...lines, 'BT', ...shown, 'ET'].join('\n')
}

// A literal string (7.3.4.2): parentheses and backslashes are the only characters that need care.
function literal(text: string): string {
  return `(${winAnsi(text).replace(/[\\()]/g, '\\$&')})`
}

function winAnsi(text: string): string {
  return Array.from(text.normalize('NFC'), character => {
    const byte = WIN_ANSI.get(character) ?? WIN_ANSI.get(character.normalize('NFD').charAt(0))
    if (byte !== undefined) return byte
    return /\s/.test(character) ? ' ' : '?'
  }).join('')
}

// WinAnsiEncoding is code page 1252 (annex D); its control characters and unassigned bytes are left out.
const WIN_ANSI: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 256 }, (_, byte) => {
    const character = new TextDecoder('windows-1252').decode(Uint8Array.of(byte))
    return [character, String.fromCharCode(byte)] as const
  }).filter(([character]) => !/\p{Cc}/u.test(character)),
)

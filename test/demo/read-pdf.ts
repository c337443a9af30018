/** What a simple PDF holds: its objects by number and the strings shown on each page. */
export interface ReadPdf {
  readonly objects: ReadonlyMap<number, string>
  readonly pages: readonly (readonly string[])[]
}

/**
 * Reads a PDF strictly, the way a viewer does: from startxref to the cross-reference table, from there to each
 * object, from the catalog to the pages and their content streams.
 *
 * @throws Error at the first thing that is not as ISO 32000-1 wants it.
 */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const file = Buffer.from(bytes).toString('latin1')
  must(/^%PDF-1\.4\n%[\x80-\xff]{4}\n/.test(file), 'header')
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1])
  const [, size, entries = '', trailer = ''] =
    /^xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)+)trailer\n<<(.*)>>\nstartxref\n/.exec(file.slice(start)) ?? []
  const rows = entries.match(/.{19}\n/g) ?? []
  must(rows.length === Number(size) && rows[0] === '0000000000 65535 f \n', 'cross-reference table')
  must(trailer.includes(`/Size ${size} `), 'size in the trailer')
  const objects = new Map(rows.slice(1).map((row, index) => [index + 1, objectAt(file, row, index + 1)]))
  const get = (number: string | undefined) => {
    const object = objects.get(Number(number))
    must(object !== undefined, `object ${number}`)
    return object
  }
  const catalog = get(/\/Root (\d+) 0 R/.exec(trailer)?.[1])
  must(catalog.includes('/Type /Catalog'), 'catalog')
  const tree = get(/\/Pages (\d+) 0 R/.exec(catalog)?.[1])
  const kids = /\/Kids \[([^\]]*)\]/.exec(tree)?.[1]?.match(/\d+(?= 0 R)/g) ?? []
  must(kids.length === Number(/\/Count (\d+)/.exec(tree)?.[1]) && kids.length > 0, 'page count')
  return { objects, pages: kids.map(kid => textsOf(get(contentNumber(get(kid))))) }
}

function objectAt(file: string, row: string, number: number): string {
  const from = Number(row.slice(0, 10))
  const head = `${number} 0 obj\n`
  must(file.startsWith(head, from), `offset of object ${number}`)
  const stream = /^<< \/Length (\d+) >>\nstream\n/.exec(file.slice(from + head.length))
  if (!stream) return file.slice(from + head.length, file.indexOf('\nendobj\n', from))
  const begin = from + head.length + stream[0].length
  const end = begin + Number(stream[1])
  must(file.startsWith('\nendstream\nendobj\n', end), `length of stream ${number}`)
  return file.slice(begin, end)
}

function contentNumber(page: string): string | undefined {
  must(page.includes('/Type /Page ') && /\/MediaBox \[0 0 \d+ \d+\]/.test(page), 'page')
  return /\/Contents (\d+) 0 R/.exec(page)?.[1]
}

// Between BT and ET there are only literal strings, numbers, names and operators.
function textsOf(content: string): string[] {
  const [, shown = ''] = /^[\d. wlmS\n-]*BT\n(.*)\nET$/s.exec(content) ?? []
  must(shown !== '', 'text object')
  const line = /^\/F[12] [\d.]+ Tf 1 0 0 1 [\d.]+ [\d.]+ Tm \(((?:[^\\()]|\\[\\()])*)\) Tj$/
  return shown.split('\n').map(row => {
    const literal = line.exec(row)?.[1]
    must(literal !== undefined, `operators ${row}`)
    const bytes = Buffer.from(literal.replace(/\\(.)/g, '$1'), 'latin1')
    return new TextDecoder('windows-1252').decode(bytes)
  })
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not a valid PDF: ${what}`)
}

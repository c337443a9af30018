/** A piece of serialised JSON without line breaks, which are whitespace between its tokens and never content. */
export function oneLine(piece: string | Buffer): string | Buffer {
  if (typeof piece === 'string') return piece.replace(LINE_BREAKS, ' ')
  return piece.includes(0x0a) || piece.includes(0x0d)
    ? piece.toString('utf8').replace(LINE_BREAKS, ' ')
    : piece
}

const LINE_BREAKS = /[\r\n]/g

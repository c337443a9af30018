/** Size of the backend's answer in bytes; the same for every row, so that rows can be compared. */
export const ANSWER_BYTES = 509

/** Path at the backend that answers with {@link ANSWER}. */
export const ANSWER_PATH = '/v1/invoices/inv_0001'

/** The one JSON document that the backend answers with: an ordinary small record, exactly 509 bytes. */
export const ANSWER: string = padded({
  id: 'inv_0001',
  number: '2026-0001',
  status: 'sent',
  currency: 'EUR',
  total: 119_000,
  tax: 19_000,
  contact: { id: 'con_0042', name: 'Ada Lovelace', email: 'ada@example.com' },
  lines: [
    { description: 'Analytical engine, rental', quantity: 2, unitPrice: 40_000 },
    { description: 'Punched cards', quantity: 200, unitPrice: 100 },
  ],
  issuedAt: '2026-07-28T09:00:00Z',
  dueAt: '2026-08-27T09:00:00Z',
  note: '',
})

function padded(record: Readonly<Record<string, unknown>>): string {
  const missing = ANSWER_BYTES - Buffer.byteLength(JSON.stringify(record))
  const answer = JSON.stringify({ ...record, note: 'Thank you. '.repeat(ANSWER_BYTES).slice(0, missing) })
  if (Buffer.byteLength(answer) !== ANSWER_BYTES) throw new Error(`the answer is not ${ANSWER_BYTES} bytes`)
  return answer
}

/**
 * A plain REST backend for the conformance suite: it hands out samples of every kind of answer and knows
 * nothing of MCP. `openapi.yaml` beside this file describes it.
 */
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { parse } from 'yaml'

export interface BackendOptions {
  /** Called after a change of the OpenAPI document, as a deployment hook is; the request waits for it. */
  readonly documentChanged: () => Promise<void>
  /** Called to have another prompt offered, or no longer. */
  readonly promptsChanged: () => Promise<void>
}

/** The backend, not yet listening. Serves its own document at `/openapi.json`. */
export function createBackend({ documentChanged, promptsChanged }: BackendOptions): FastifyInstance {
  const app = Fastify()
  serveSamples(app)
  serveReports(app)
  serveDocument(app, documentChanged)
  app.post('/prompts/revisions', async (_request, reply) => {
    await promptsChanged()
    return reply.code(204).send()
  })
  return app
}

const TEXT = 'This is a simple text response for testing.'

/** One red pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)

/** A WAV file of one silent sample: 8 kHz, mono, 8 bits. */
const SOUND = Buffer.concat([
  Buffer.from('RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0', 'latin1'),
  Buffer.from('data\x01\0\0\0\x80\0', 'latin1'),
])

/** A ZIP file without entries: the end record alone. */
const ARCHIVE = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])

function serveSamples(app: FastifyInstance): void {
  app.get('/samples/text', (_request, reply) => reply.type('text/plain').send(TEXT))
  app.get('/samples/picture', (_request, reply) => reply.type('image/png').send(PICTURE))
  app.get('/samples/sound', (_request, reply) => reply.type('audio/wav').send(SOUND))
  app.get('/samples/archive', (_request, reply) =>
    reply
      .type('application/zip')
      .header('content-disposition', 'attachment; filename="samples.zip"')
      .send(ARCHIVE),
  )
  app.get('/samples/mixed', (_request, reply) =>
    reply
      .type('multipart/mixed; boundary=next')
      .send(
        Buffer.concat([
          part('text/plain', Buffer.from(TEXT)),
          part('image/png', PICTURE),
          part('application/zip', ARCHIVE),
          Buffer.from('--next--\r\n'),
        ]),
      ),
  )
  app.get('/samples/failure', (_request, reply) =>
    reply
      .code(500)
      .type('application/problem+json')
      .send(JSON.stringify({ title: 'This sample fails', status: 500, detail: 'It always does.' })),
  )
  app.get<{ Querystring: { region: string } }>('/samples', async ({ query }) => ({
    region: query.region,
    samples: ['text', 'picture'],
  }))
  app.get<{ Params: { name: string } }>('/greetings/:name', ({ params }, reply) =>
    reply.type('text/plain').send(`Hello, ${params.name}!`),
  )
  app.get<{ Params: { id: string } }>('/samples/reports/:id', async ({ params: { id } }) => ({
    id,
    templateTest: true,
    data: `Data for ID: ${id}`,
  }))
  app.get('/samples/watched', (_request, reply) => reply.type('text/plain').send('As it is now.'))
  app.get('/samples/example', (_request, reply) =>
    reply.type('text/plain').send('Embedded resource content for testing.'),
  )
  app.post<{ Params: { form: string } }>('/forms/:form', ({ params: { form }, body }, reply) =>
    reply.type('text/plain').send(`${form}: ${JSON.stringify(body ?? {})}`),
  )
  app.post('/contacts', (request, reply) => reply.code(201).send(request.body))
}

function part(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`--next\r\ncontent-type: ${type}\r\n\r\n`), body, Buffer.from('\r\n')])
}

function serveReports(app: FastifyInstance): void {
  // Made in steps, and each is told as it is done.
  app.post('/reports/progress', (_request, reply) =>
    reply
      .type('text/event-stream')
      .send(Readable.from(['outline', 'draft', 'report'].map(done => `data: {"done":"${done}"}\n\n`))),
  )
  for (const name of ['logging', 'quiet', 'stream', 'reconnection']) {
    app.post(`/reports/${name}`, async () => ({ title: `Report of the ${name}`, finished: true }))
  }
}

function serveDocument(app: FastifyInstance, documentChanged: () => Promise<void>): void {
  const source = readFileSync(new URL('openapi.yaml', import.meta.url), 'utf8')
  let preview = false
  app.get('/openapi.json', async () => {
    const document = parse(source)
    if (!preview) delete document.paths['/samples/preview']
    return document
  })
  app.post('/document/revisions', async (_request, reply) => {
    preview = !preview
    await documentChanged()
    return reply.code(201).send({ preview })
  })
  app.get('/samples/preview', (_request, reply) =>
    preview ? reply.type('text/plain').send('Coming soon.') : reply.code(404).send(),
  )
}

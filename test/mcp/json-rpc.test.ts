import t from 'tap'
import { readId, readMessage } from '../../src/mcp/json-rpc.ts'

t.test('requests, notifications and responses', async t => {
  t.strictSame(readMessage({ jsonrpc: '2.0', id: 0, method: 'ping', extra: 1 }), {
    kind: 'request',
    id: 0,
    method: 'ping',
    params: undefined,
  })
  t.match(readMessage({ jsonrpc: '2.0', id: '', method: 'ping', params: {} }), { kind: 'request', id: '' })
  t.match(readMessage({ jsonrpc: '2.0', method: 'x' }), { kind: 'notification' })
  t.match(readMessage({ jsonrpc: '2.0', id: 1, result: null }), { kind: 'response' })
  t.match(readMessage({ jsonrpc: '2.0', id: null, error: {} }), { kind: 'response' })
})

t.test('everything else is an invalid request', async t => {
  for (const value of [
    null,
    1,
    'x',
    [],
    {},
    { jsonrpc: 2, id: 1, method: 'x' },
    { jsonrpc: '1.0', id: 1, method: 'x' },
    { id: 1, method: 'x' },
    { jsonrpc: '2.0', id: 1 },
    { jsonrpc: '2.0', id: 1, result: 1, error: {} },
    { jsonrpc: '2.0', result: 1 },
    { jsonrpc: '2.0', id: 1, method: 1 },
    { jsonrpc: '2.0', id: 1, method: '' },
    { jsonrpc: '2.0', id: null, method: 'x' },
    { jsonrpc: '2.0', id: 1.5, method: 'x' },
    { jsonrpc: '2.0', id: 2 ** 53, method: 'x' },
    { jsonrpc: '2.0', id: {}, method: 'x' },
    { jsonrpc: '2.0', id: [1], method: 'x' },
    { jsonrpc: '2.0', id: true, method: 'x' },
    { jsonrpc: '2.0', id: 1, method: 'x', params: [] },
    { jsonrpc: '2.0', id: 1, method: 'x', params: null },
    { jsonrpc: '2.0', id: 1, method: 'x', params: 'y' },
  ]) {
    t.throws(() => readMessage(value), { code: 'invalid_request' }, JSON.stringify(value))
  }
})

t.test('an error carries the id wherever it can be read', async t => {
  t.equal(readId({ id: 3, method: 'x', params: 7 }), 3)
  t.equal(readId({ id: 's', method: 1 }), 's')
  for (const value of [
    undefined,
    null,
    [],
    { id: 1.5, method: 'x' },
    { id: null, method: 'x' },
    { id: 1, result: 1 },
  ]) {
    t.equal(readId(value), undefined, JSON.stringify(value))
  }
})

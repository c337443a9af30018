import t from 'tap'
import { findRisks } from '../../../src/catalogue/lock/find-risks.ts'
import type { ToolFacts } from '../../../src/catalogue/lock/lock-file.ts'

const facts: ToolFacts = {
  method: 'POST',
  path: '/orgs/{org}/invoices/{id}',
  operationId: 'x',
  tier: 'write',
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  scopes: ['write:invoices'],
  when: '"admin" in principal.roles',
  bound: ['org'],
  asked: ['reason'],
  confirm: 'refuse',
  isCallable: true,
  arguments: [
    { name: 'amount', required: true },
    { name: 'note', required: false },
  ],
  origin: undefined,
}
const risks = (change: Partial<ToolFacts>, before: Partial<ToolFacts> = {}) =>
  findRisks({ ...facts, ...before }, { ...facts, ...change })

t.test('the same is no risk', async t => {
  t.same(risks({}), [])
})

t.test('more can be done', async t => {
  t.same(risks({ tier: 'manage' }), ['its tier is manage, it was write'])
  t.same(risks({ tier: 'write' }, { tier: 'read' }), ['its tier is write, it was read'])
  t.same(risks({ method: 'DELETE' }), ['its method is DELETE, it was POST'])
  t.same(risks({ method: 'POST' }, { method: 'GET' }), ['its method is POST, it was GET'])
  t.same(risks({ method: 'PURGE' }, { method: 'GET' }), ['its method is PURGE, it was GET'])
  t.same(risks({ hints: { ...facts.hints, destructive: true } }), [
    'its hint destructive is true, it was false',
  ])
  t.same(risks({ hints: { ...facts.hints, openWorld: true } }), ['its hint openWorld is true, it was false'])
  const readOnly = { hints: { ...facts.hints, readOnly: true } }
  t.same(risks({}, readOnly), ['its hint readOnly is false, it was true'])
})

t.test('more people may call it', async t => {
  t.match(risks({ scopes: ['read:invoices'] }), [
    /asks for the scope read:invoices, it asked for write:invoices/,
  ])
  t.match(risks({ scopes: ['write:public'] }), [/asks for the scope write:public/])
  t.match(risks({}, { scopes: ['write:invoices', 'audit'] }), [/it asked for write:invoices and audit/])
  t.same(risks({ when: undefined }), ['its condition (`when`) is gone'])
  t.same(risks({ when: 'true' }), ['its condition (`when`) is another'])
})

t.test('less is said about what it acts on', async t => {
  t.same(risks({ arguments: [] }), ['its argument amount is not required any more'])
  t.same(risks({ arguments: [{ name: 'amount', required: false }] }), [
    'its argument amount is not required any more',
  ])
  t.same(risks({ bound: [] }), ['its argument org is not set by the gateway any more'])
  t.match(risks({ path: '/orgs/{org}/invoices' }), [/fewer parameters say what it acts on/])
})

t.test('less is asked of the user', async t => {
  t.same(risks({ confirm: undefined }), ['its user need not say yes any more (`confirm`)'])
  t.same(risks({ confirm: undefined }, { confirm: 'call' }), [
    'its user need not say yes any more (`confirm`)',
  ])
  t.same(risks({ confirm: 'call' }), [
    'it is called where its user can’t be asked (`confirm.without`), it was refused',
  ])
  t.same(risks({ asked: [] }), ['its argument reason is not asked of the user any more'])
  t.same(risks({ asked: [], arguments: [...facts.arguments, { name: 'reason', required: true }] }), [
    'its argument reason is not asked of the user any more',
  ])
})

t.test('what could only be read becomes a tool', async t => {
  t.same(risks({}, { isCallable: false }), ['it is a tool, it was only read as a resource'])
})

t.test('it goes elsewhere', async t => {
  t.same(risks({ origin: 'https://evil.example' }), [
    'its calls go to https://evil.example, they went to the configured upstream',
  ])
  t.same(risks({ origin: 'https://b.example' }, { origin: 'https://a.example' }), [
    'its calls go to https://b.example, they went to https://a.example',
  ])
})

t.test('another path under the same name is a risk, and so is another base path', async t => {
  t.same(risks({ path: `${facts.path}/pay` }), [`its path is ${facts.path}/pay, it was ${facts.path}`])
  t.same(risks({ origin: '/internal' }, { origin: undefined }), [
    'its calls go to /internal, they went to the configured upstream',
  ])
  t.same(risks({ origin: 'https://a.example/v2' }, { origin: 'https://a.example/v1' }), [], 'a version')
})

t.test('what makes it safer, or nothing of the kind, is no risk', async t => {
  t.same(risks({ tier: 'read', method: 'GET', hints: { ...facts.hints, readOnly: true } }), [])
  t.same(risks({ scopes: ['manage:invoices'] }), [], 'more is asked for')
  t.same(risks({ scopes: ['write:invoices', 'audit'] }), [])
  t.same(risks({ when: undefined }, { when: undefined }), [])
  t.same(risks({ when: '"x" in principal.roles' }, { when: undefined }), [], 'a new condition')
  t.same(risks({ bound: ['org', 'amount'], arguments: [] }), [], 'the gateway sets it now')
  t.same(risks({ arguments: [...facts.arguments, { name: 'more', required: true }] }), [])
  t.same(risks({ path: facts.path.replaceAll(/\{\w+\}/g, '{other}'), operationId: 'y' }), [])
  t.same(risks({ path: `/v2${facts.path}` }, { path: `/v1${facts.path}` }), [], 'a version')
  t.same(risks({ origin: undefined }, { origin: 'https://a.example' }), [], 'the configuration chose')
  t.same(risks({ hints: { ...facts.hints, idempotent: false } }), [])
  t.same(risks({ asked: ['amount', 'reason'], arguments: [] }), [], 'the user is asked for it now')
  t.same(risks({ asked: [], bound: ['org', 'reason'] }), [], 'the gateway sets what was asked for')
  t.same(risks({}, { confirm: undefined }), [], 'somebody has to say yes now')
  t.same(risks({ confirm: 'refuse' }, { confirm: 'call' }), [])
  t.same(risks({ isCallable: false }), [], 'a resource only')
})

/** Pages as people meet them, for the tests that draw and look at them. */
import type {
  ConnectionsPage,
  ConsentPage,
  MessagePage,
  SignInPage,
} from '../../src/console/pages/page-data.ts'

const product = 'Acme Billing'
const form = { action: '/oauth/consent', flow: 'flow-1', csrf: 'csrf-1' }
const claude = { name: 'Claude', origin: 'document', host: 'claude.ai' } as const
const cursor = { name: 'Cursor', origin: 'registered', host: undefined } as const
const server = { title: 'Acme Billing', url: 'https://mcp.acme.example/mcp' }
const person = { display: 'ada@acme.example', organization: 'Acme Ltd' }

/** Signing in for a client: the company's provider, or the product's own credential. */
export const SIGN_IN: SignInPage = {
  product,
  form: { ...form, action: '/oauth/sign-in' },
  client: claude,
  redirect: { kind: 'https', shown: 'claude.ai' },
  server,
  ways: [
    { name: 'oidc', title: 'Acme', fields: [], help: undefined },
    {
      name: 'product',
      title: 'an API token',
      fields: [
        { label: 'E-mail', secret: false, value: 'ada@acme.example', autocomplete: 'email' },
        { label: 'API token', secret: true },
      ],
      help: 'https://app.acme.example/settings/tokens',
    },
  ],
  canDeny: true,
  problem: undefined,
}

/** The same after a wrong credential. */
export const SIGN_IN_AGAIN: SignInPage = {
  ...SIGN_IN,
  problem: {
    way: 'product',
    text: 'Acme Billing did not accept this token. Check the e-mail address, and that you copied the whole token.',
  },
}

/** What is asked most. */
export const CONSENT: ConsentPage = {
  product,
  form,
  client: claude,
  redirect: { kind: 'https', shown: 'claude.ai', uri: 'https://claude.ai/api/mcp/auth_callback' },
  person,
  server,
  scopes: [
    { name: 'read:*', words: 'See everything', ticked: true },
    { name: 'write:*', words: 'See, create and change everything', ticked: true },
    { name: 'manage:invoices', words: 'See, change, delete and send out invoices', ticked: false },
  ],
  abilities: [
    {
      tier: 'read',
      count: 12,
      tools: ['List invoices', 'Get invoice', 'List contacts', 'Get contact', 'Search'].map(title => ({
        title,
        name: title.toLowerCase().replaceAll(' ', '_'),
        destructive: false,
        openWorld: false,
      })),
      destructive: 0,
      openWorld: 0,
    },
    {
      tier: 'write',
      count: 3,
      tools: [
        { title: 'Update invoice', name: 'update_invoice', destructive: true, openWorld: false },
        { title: 'Create invoice', name: 'create_invoice', destructive: false, openWorld: false },
        { title: 'Create contact', name: 'create_contact', destructive: false, openWorld: false },
      ],
      destructive: 1,
      openWorld: 0,
    },
    {
      tier: 'manage',
      count: 2,
      tools: [
        { title: 'Delete invoice', name: 'delete_invoice', destructive: true, openWorld: false },
        { title: 'Send invoice', name: 'send_invoice', destructive: false, openWorld: true },
      ],
      destructive: 1,
      openWorld: 1,
    },
  ],
  problem: undefined,
}

/** A client that registered itself, on the person's own machine, and a form that came back. */
export const CONSENT_UNVERIFIED: ConsentPage = {
  ...CONSENT,
  client: cursor,
  redirect: { kind: 'loopback', shown: 'localhost:8787', uri: 'http://localhost:8787/callback' },
  problem: { text: 'Nothing was ticked. Tick at least one thing that it may do, or deny.' },
}

/** What the person sees where the answer was no and the client can't be told. */
export const DENIED: MessagePage = {
  product,
  kind: 'notice',
  heading: 'You did not allow it',
  paragraphs: ['Claude was not connected, and got nothing.', 'You may close this window.'],
  requestId: undefined,
}

/** An error that may not be redirected. */
export const ERROR: MessagePage = {
  product,
  kind: 'error',
  heading: 'This page has expired',
  paragraphs: [
    'This page belongs to a sign-in that has ended, was answered already or was begun in another browser.',
    'Start again from your client.',
  ],
  requestId: '01jd7k3qxy-17',
}

/** A person's own things, with what was just done. */
export const CONNECTIONS: ConnectionsPage = {
  product,
  form: { action: '/connections', csrf: 'csrf-1' },
  person,
  connections: [
    {
      id: 'gra_1',
      client: claude,
      server,
      scopes: [
        { name: 'read:*', words: 'See everything' },
        { name: 'manage:invoices', words: 'See, change, delete and send out invoices' },
      ],
      createdAt: Date.UTC(2026, 9, 3),
      usedAt: Date.UTC(2026, 10, 20, 9),
    },
    {
      id: 'gra_2',
      client: cursor,
      server,
      scopes: [{ name: 'read:invoices', words: 'See invoices' }],
      createdAt: Date.UTC(2026, 10, 1),
      usedAt: undefined,
    },
  ],
  tokens: [
    {
      id: 'tok_1',
      name: 'nightly export',
      hint: 'acme_pat_x7Qk',
      scopes: [{ name: 'read:*', words: 'See everything' }],
      createdAt: Date.UTC(2026, 5, 1),
      usedAt: Date.UTC(2026, 10, 20),
      expiresAt: Date.UTC(2027, 5, 1),
    },
  ],
  moreConnections: '/connections?after=gra_2',
  moreTokens: undefined,
  first: undefined,
  remark: 'Apps that you connected after signing in in another way are listed when you sign in that way.',
  done: 'Windsurf is disconnected. Its tokens no longer work.',
  problem: undefined,
}

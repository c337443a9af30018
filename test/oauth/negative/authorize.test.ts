/** Requests that an authorization endpoint must not take (N25 to N38), at real gateways. */
import t, { type Test } from 'tap'
import type { Page } from '../browser.ts'
import { json, startDocumentServer } from '../clients/fixtures.ts'
import {
  type AuthorizeParameters,
  authorizeUrl,
  CLAUDE_CALLBACK,
  decide,
  type OAuthGateway,
  PUBLIC_URL,
  pkce,
  postForm,
  RESOURCE,
  register,
  STORES,
  signIn,
  startGateway,
  withoutStore,
} from '../gateway.ts'
import { addedTo, areRefusedHere, isArmoured, isRefusedHere, isToldToClient, plain } from './answers.ts'
import { spellingsOf } from './redirect-spellings.ts'

const TOOL = 'https://tool.acme.example/cb'
const TENANT = 'https://tool.acme.example/cb?tenant=7'
const APP = 'com.acme.tool://auth.example/cb'
const APP_PATH = 'com.acme.tool:/cb'
const LOCAL = ['http://127.0.0.1:3334/cb', 'http://localhost:3334/cb', 'http://[::1]:3334/cb'] as const
const EVIL = 'https://evil.example/cb'
const FIXED = 'https://fixed.acme.example/cb'
const CONFIG = {
  oauth: {
    redirects: { allow: [TOOL, TENANT, 'com.acme.tool:'] },
    clients: [{ id: 'fixed', name: 'Fixed', redirectUris: [FIXED] }],
  },
  config: { servers: [{ path: '/mcp' }, { path: '/mcp-tokens', auth: ['token'] }] },
}
const DOCUMENT = 'https://app.example.org/oauth/client.json'

interface Scene {
  readonly gateway: OAuthGateway
  /** Its redirect URIs: {@link CLAUDE_CALLBACK}, {@link TOOL}, {@link APP}, {@link LOCAL}. */
  readonly client: string
  /** What the server of metadata documents answers from now on. */
  readonly serve: (document: object) => void
  readonly open: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Page>
}

const { challenge } = pkce()

function urlOf(client: string, more: AuthorizeParameters = {}): string {
  return authorizeUrl(client, challenge, more)
}

/** The same request as one that is wrong, and right: it leads to the sign-in page. */
async function isTaken(t: Test, { open }: Pick<Scene, 'open'>, url: string, about: string): Promise<void> {
  const page = await open(url)
  t.match(
    page.location,
    /^https:\/\/mcp\.acme\.example\/oauth\/sign-in\?flow=[\w-]{32}$/,
    `taken: ${plain(about)}`,
  )
}

const CASES: Readonly<Record<string, (t: Test, scene: Scene) => Promise<void>>> = {
  'N25: an unknown client is told on a page': async (t, { open, client, serve }) => {
    serve({ client_id: 'https://app.example.org/another' })
    const unknown = [
      ...[
        'nobody',
        'cli_AAAAAAAAAAAAAAAAAAAAAA',
        client.toUpperCase(),
        `${client} `,
        ` ${client}`,
        `${client}\0`,
      ],
      ...[
        `${client}x`,
        client.slice(0, -1),
        client.slice(4),
        `client:${client}`,
        `${client}\n`,
        `${client}%00`,
        '*',
      ],
      ...[
        '__proto__',
        'constructor',
        'toString',
        '../fixed',
        'FIXED',
        'fixed/',
        '{"$ne":null}',
        "' or '1'='1",
        '<b>',
      ],
      ...[
        'x'.repeat(10_000),
        '\u202efixed',
        'ﬁxed',
        'javascript:alert(1)',
        'http://app.example.org/client.json',
      ],
      ...['https://app.example.org/', 'https://127.0.0.1/client.json', 'https://[::1]/client.json', DOCUMENT],
      ...['https://localhost/client.json', 'https://169.254.169.254/latest/meta-data', 'file:///etc/passwd'],
    ]
    for (const id of unknown) {
      for (const redirect_uri of [CLAUDE_CALLBACK, EVIL])
        isRefusedHere(t, await open(urlOf(id, { redirect_uri })), `${id.slice(0, 99)} to ${redirect_uri}`)
      const worse = {
        response_type: 'token',
        prompt: 'none',
        code_challenge: undefined,
        response_mode: 'form_post',
      }
      isRefusedHere(t, await open(urlOf(id, worse)), `${id.slice(0, 99)} and all else wrong`)
    }
    isRefusedHere(t, await open(urlOf('').replace('client_id=&', '')), 'none')
    isRefusedHere(t, await open(urlOf('')), 'an empty one')
    isRefusedHere(t, await open(urlOf(client).replace('client_id=', 'client_id[]=')), 'a list')
    isRefusedHere(t, await open(urlOf(client).replace('client_id=', 'Client_Id=')), 'another name')
    await isTaken(t, { open }, urlOf(client), 'the right one')
  },

  'N26: a redirect that the client has not registered is told on a page': async (
    t,
    { open, client, gateway },
  ) => {
    const other = await register(gateway.node, { redirect_uris: ['https://vscode.dev/redirect'] })
    const foreign = [
      ...[
        EVIL,
        FIXED,
        'https://claude.com/api/mcp/auth_callback',
        'https://vscode.dev/redirect',
        TENANT,
        PUBLIC_URL,
      ],
      ...[
        'http://localhost/callback',
        'http://127.0.0.1:3334/',
        'com.acme.tool:/other',
        `${PUBLIC_URL}/oauth/callback`,
      ],
      ...[
        'urn:ietf:wg:oauth:2.0:oob',
        'oob',
        'postmessage',
        'storagerelay://https/evil.example',
        '/cb',
        'cb',
        '*',
        '.',
      ],
      ...[
        'https://chatgpt.com/connector/oauth/x',
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https:',
        'https://',
      ],
    ]
    for (const redirect_uri of foreign) {
      isRefusedHere(t, await open(urlOf(client, { redirect_uri })), redirect_uri)
      const worse = { redirect_uri, response_type: 'token', state: 'x'.repeat(3_000), prompt: 'none' }
      isRefusedHere(t, await open(urlOf(client, worse)), `${redirect_uri} and all else wrong`)
    }
    isRefusedHere(t, await open(urlOf(other)), 'of another client')
    isRefusedHere(t, await open(urlOf(client, { redirect_uri: undefined })), 'none')
    isRefusedHere(t, await open(urlOf(client, { redirect_uri: '' })), 'an empty one')
    isRefusedHere(t, await open(urlOf('fixed', { redirect_uri: undefined })), 'none, where one is registered')
    for (const redirect_uri of [CLAUDE_CALLBACK, TOOL, APP, ...LOCAL])
      await isTaken(t, { open }, urlOf(client, { redirect_uri }), redirect_uri)
  },

  'N27: no other spelling of a redirect is it': async (t, { open, client, gateway }) => {
    const registered = [CLAUDE_CALLBACK, TOOL, APP]
    for (const uri of registered) {
      const spellings = spellingsOf(uri).filter(spelling => !registered.includes(spelling))
      t.ok(spellings.length > 400, `${spellings.length} spellings`)
      await areRefusedHere(t, spellings, redirect_uri => open(urlOf(client, { redirect_uri })), uri)
    }
    await areNotRegistered(t, gateway, spellingsOf(CLAUDE_CALLBACK))
  },

  'N28: loopback with another host, path or scheme is another redirect': async (t, { open, client }) => {
    for (const uri of LOCAL) {
      const { host, port } = new URL(uri)
      const name = uri.slice(7, -8)
      // Registered are all three; a client that has one alone is below.
      const hosts = [
        '127.0.0.2',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        '0.0.0.0',
        '[::]',
        '[::ffff:127.0.0.1]',
      ]
      hosts.push(
        '[0:0:0:0:0:0:0:1]',
        'localhost.',
        'LOCALHOST',
        'localhost.evil.example',
        '127.0.0.1.nip.io',
        '127.0.0.1.',
        'localhos\u0074%00',
      )
      hosts.push(
        'local%68ost',
        '①27.0.0.1',
        '127。0。0。1',
        '[::1%25lo]',
        '169.254.169.254',
        '10.0.0.1',
        'evil.example',
        'xlocalhost',
        '',
      )
      const wrong = hosts.map(other => `http://${other}:${port}/cb`)
      wrong.push(
        `https://${host}/cb`,
        `HTTP://${host}/cb`,
        `http://${host}`,
        `http://${host}/`,
        `http://${host}/CB`,
      )
      wrong.push(
        `http://${host}/cb?x=1`,
        `http://${host}/cb/`,
        `http://${host}//cb`,
        `http://${host}/cb#x`,
        `ws://${host}/cb`,
      )
      wrong.push(
        `http://x@${host}/cb`,
        `http://${host}@evil.example/cb`,
        `http://${name}:0/cb`,
        `http://${name}:65536/cb`,
      )
      wrong.push(
        `http://${name}:03334/cb`,
        `http://${name}:/cb`,
        `http://${name}:3334x/cb`,
        `http://${name}:80/cb`,
      )
      for (const redirect_uri of wrong)
        isRefusedHere(t, await open(urlOf(client, { redirect_uri })), redirect_uri)
      const spellings = spellingsOf(uri.replace(':3334', ''))
      const others = spellings.filter(spelling => !LOCAL.some(local => isPortOf(local, spelling)))
      t.ok(others.length > 300, `${others.length} spellings`)
      await areRefusedHere(t, others, redirect_uri => open(urlOf(client, { redirect_uri })), uri)
    }
  },

  'N28: a client of one name of loopback gets nothing at another': async (t, { open, gateway }) => {
    for (const uri of LOCAL) {
      const client = await register(gateway.node, { redirect_uris: [uri] })
      for (const redirect_uri of LOCAL) {
        if (redirect_uri === uri) await isTaken(t, { open }, urlOf(client, { redirect_uri }), uri)
        else isRefusedHere(t, await open(urlOf(client, { redirect_uri })), `${redirect_uri} of ${uri}`)
      }
    }
  },

  'N29: loopback with another port is accepted, and the code goes to that port': async (
    t,
    { gateway, client },
  ) => {
    for (const uri of LOCAL) {
      for (const port of ['', ':1', ':1024', ':49152', ':65535']) {
        const redirect_uri = uri.replace(':3334', port)
        await isTaken(
          t,
          { open: url => gateway.node.browser().open(url) },
          urlOf(client, { redirect_uri }),
          redirect_uri,
        )
      }
    }
    const { node, product } = gateway
    const { verifier, challenge } = pkce()
    const redirect_uri = 'http://127.0.0.1:50123/cb'
    const browser = node.browser()
    const page = await signIn(
      browser,
      authorizeUrl(client, challenge, { redirect_uri }),
      product.credentials.pat(['*']),
    )
    t.match(page.html, '127.0.0.1:50123')
    const location = await decide(browser, page, 'approve')
    t.equal(location.origin + location.pathname, redirect_uri)
    const redemption = { grant_type: 'authorization_code', code: location.searchParams.get('code') ?? '' }
    const given = { ...redemption, client_id: client, code_verifier: verifier }
    for (const wrong of ['http://127.0.0.1:50124/cb', LOCAL[0], 'http://localhost:50123/cb'])
      t.match(await postForm(node, '/oauth/token', { ...given, redirect_uri: wrong }), { status: 400 }, wrong)
    t.equal((await postForm(node, '/oauth/token', { ...given, redirect_uri })).status, 200)
  },

  'N30: addresses that run something take no code': async (t, { open, gateway, client, serve }) => {
    const schemes = [
      ...[
        'javascript',
        'JavaScript',
        'java\tscript',
        'java\nscript',
        'javascript\0',
        ' javascript',
        'jav&#97;script',
        'vbscript',
        'livescript',
      ],
      ...[
        'data',
        'DATA',
        'blob',
        'file',
        'filesystem',
        'about',
        'view-source',
        'chrome',
        'chrome-extension',
        'moz-extension',
        'ms-word',
      ],
      ...[
        'intent',
        'android-app',
        'jar',
        'mailto',
        'tel',
        'sms',
        'ws',
        'wss',
        'ftp',
        'ldap',
        'smb',
        'ssh',
        'telnet',
        'search-ms',
        'http',
      ],
    ]
    const forms = [
      ':alert(1)',
      ':alert(1)//claude.ai',
      '://claude.ai/%0aalert(1)',
      ':/cb',
      '://evil.example/cb',
      ':text/html,<script>1</script>',
      ':',
    ]
    const uris = schemes.flatMap(scheme => forms.map(form => scheme + form))
    await areRefusedHere(t, uris, redirect_uri => open(urlOf(client, { redirect_uri })), 'asked for')
    await areNotRegistered(t, gateway, uris)
    for (const uri of ['javascript:alert(1)', 'data:text/html,x']) {
      const id = `https://app.example.org/${encodeURIComponent(uri).replaceAll('%', '-')}`
      serve({ client_id: id, client_name: 'App', redirect_uris: [CLAUDE_CALLBACK, uri] })
      for (const redirect_uri of [uri, CLAUDE_CALLBACK])
        isRefusedHere(
          t,
          await open(urlOf(id, { redirect_uri })),
          `of a document that names ${uri}: ${redirect_uri}`,
        )
    }
  },

  'N31: without PKCE there is no flow': async (t, scene) => {
    await areTold(t, scene, 'invalid_request', [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge: undefined },
      { code_challenge: '' },
      { code_challenge: '', code_challenge_method: '' },
      { code_challenge: undefined, code_verifier: challenge },
    ])
  },

  'N32: plain, or no method, is no PKCE': async (t, scene) => {
    const methods = [
      'plain',
      'PLAIN',
      's256',
      'S256 ',
      ' S256',
      'S256,plain',
      'S256 plain',
      'S512',
      'S1',
      'none',
      'S256\0',
      '',
      undefined,
    ]
    await areTold(
      t,
      scene,
      'invalid_request',
      methods.map(code_challenge_method => ({ code_challenge_method })),
    )
  },

  'N33: a challenge that is no SHA-256 is refused': async (t, scene) => {
    const bad = [
      ...[
        challenge.slice(1),
        `${challenge}A`,
        `${challenge}=`,
        challenge.repeat(3),
        'x',
        `${challenge}\n`,
        `\n${challenge}`,
      ],
      ...[
        `+${challenge.slice(1)}`,
        `/${challenge.slice(1)}`,
        `~${challenge.slice(1)}`,
        `é${challenge.slice(1)}`,
        `\0${challenge.slice(1)}`,
      ],
      ...[
        `１${challenge.slice(1)}`,
        Buffer.from(challenge, 'base64url').toString('hex'),
        ` ${challenge}`,
        'x'.repeat(10_000),
      ],
    ]
    await areTold(
      t,
      scene,
      'invalid_request',
      bad.map(code_challenge => ({ code_challenge })),
    )
  },

  'N34: a parameter that comes twice is told on a page, whichever it is': async (t, { open, client }) => {
    const url = urlOf(client, {
      scope: 'read:*',
      prompt: 'consent',
      response_mode: 'query',
      nonce: 'n',
      x_unknown: '1',
    })
    await isTaken(t, { open }, url, 'each once')
    const parameters = [...new URL(url).searchParams]
    const pair = ([name, value]: readonly [string, string]) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
    const repeated: string[] = []
    for (const [name, value] of parameters) {
      for (const more of [value, EVIL, ''].map(other => pair([name, other]))) {
        repeated.push(`${url}&${more}`, url.replace('?', `?${more}&`))
      }
      const hidden = [...name].map(sign => `%${sign.charCodeAt(0).toString(16)}`).join('')
      repeated.push(
        `${url}&${hidden}=${encodeURIComponent(value)}`,
        `${url}&${name}`,
        `${url}&${name}&${name}`,
      )
      for (const [other] of parameters)
        if (other !== name) repeated.push(`${url}&${pair([name, 'x'])}&${pair([other, 'x'])}`)
    }
    repeated.push(`${url}&=1&=2`, `${url}&${pair(['redirect_uri', TOOL])}`, `${url}&__proto__=1&__proto__=2`)
    t.ok(repeated.length > 200, `${repeated.length} requests`)
    await areRefusedHere(t, repeated, again => open(again), 'repeated')
    const flood = Array.from({ length: 100 }, (_, at) => `x${at}=1`).join('&')
    isRefusedHere(t, await open(`${url}&${flood}`), 'too many parameters')
  },

  'N35: the resource is one server of this gateway that takes these tokens': async (t, scene) => {
    const resources = [
      ...[
        'https://evil.example/mcp',
        `${PUBLIC_URL}.evil.example/mcp`,
        'https://mcp.acme.example@evil.example/mcp',
        `${PUBLIC_URL}:8443/mcp`,
      ],
      ...[
        `${RESOURCE}-other`,
        `${RESOURCE}-tokens`,
        `${RESOURCE}/x`,
        `${RESOURCE}//`,
        `${RESOURCE}#x`,
        `${RESOURCE}#`,
        `${RESOURCE}?`,
        `${RESOURCE}?x=1`,
      ],
      ...[
        `${PUBLIC_URL}/MCP`,
        `${PUBLIC_URL}/%6dcp`,
        `${PUBLIC_URL}/./mcp`,
        `${PUBLIC_URL}//mcp`,
        `${PUBLIC_URL}/x/../mcp`,
        `${PUBLIC_URL}\\mcp`,
      ],
      ...[
        PUBLIC_URL,
        `${PUBLIC_URL}/`,
        '/mcp',
        'mcp',
        '*',
        'x',
        'http://mcp.acme.example/mcp',
        'https://x@mcp.acme.example/mcp',
        'javascript:1',
      ],
      ...[
        `${RESOURCE} ${RESOURCE}`,
        `${RESOURCE},${RESOURCE}`,
        ` ${RESOURCE}`,
        `${RESOURCE} `,
        `${RESOURCE}\n`,
        `${RESOURCE}\0`,
        `["${RESOURCE}"]`,
      ],
      ...[
        'https://mcp。acme.example/mcp',
        'https://mcp.acme.example./mcp',
        'https:mcp.acme.example/mcp',
        `${PUBLIC_URL}/mcp;x`,
        'urn:mcp',
        'x'.repeat(9_000),
      ],
    ]
    await areTold(
      t,
      scene,
      'invalid_target',
      resources.map(resource => ({ resource })),
    )
    isRefusedHere(
      t,
      await scene.open(`${urlOf(scene.client)}&resource=${encodeURIComponent(RESOURCE)}`),
      'the same twice',
    )
    isRefusedHere(t, await scene.open(`${urlOf(scene.client)}&resource=${encodeURIComponent(EVIL)}`), 'two')
    for (const resource of [
      undefined,
      '',
      RESOURCE,
      `${RESOURCE}/`,
      'HTTPS://MCP.ACME.EXAMPLE/mcp',
      `${PUBLIC_URL}:443/mcp`,
    ])
      await isTaken(t, scene, urlOf(scene.client, { resource }), String(resource))
  },

  'N36: nothing but a code, in the query, for a request in the open': async (t, scene) => {
    const types = [
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token code',
      'none',
      'CODE',
      'code ',
      ' code',
      'code code',
      'device',
      'x'.repeat(5_000),
    ]
    await areTold(
      t,
      scene,
      'unsupported_response_type',
      types.map(response_type => ({ response_type })),
    )
    await areTold(t, scene, 'invalid_request', [{ response_type: undefined }, { response_type: '' }])
    const modes = [
      'fragment',
      'form_post',
      'web_message',
      'jwt',
      'query.jwt',
      'QUERY',
      'query ',
      'query fragment',
      'cookie',
    ]
    await areTold(
      t,
      scene,
      'invalid_request',
      modes.map(response_mode => ({ response_mode })),
    )
    const jwt = 'eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9.'
    await areTold(t, scene, 'request_not_supported', [
      { request: jwt },
      { request: 'x', response_type: 'token' },
    ])
    await areTold(t, scene, 'request_uri_not_supported', [
      { request_uri: `${EVIL}/r.jwt` },
      { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
    ])
    await areTold(t, scene, 'registration_not_supported', [{ registration: '{}' }])
    await areTold(
      t,
      scene,
      'invalid_request',
      ['none login', 'none none2', 'consent none', 'create', 'NONE', 'x'].map(prompt => ({ prompt })),
    )
    await areTold(t, scene, 'login_required', [
      { prompt: 'none' },
      { prompt: ' none ' },
      { prompt: 'none none' },
    ])
    await areTold(t, scene, 'invalid_scope', [
      { scope: 'root' },
      { scope: '<script>' },
      { scope: 'nothing\0' },
    ])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await fetch(scene.gateway.node.at(urlOf(scene.client)), { method, redirect: 'manual' })
      t.equal(answer.status, 405, method)
      t.equal(answer.headers.get('location'), null)
    }
    await isTaken(t, scene, urlOf(scene.client, { response_mode: 'query' }), 'the mode that there is')
  },

  'N37: an answer has iss exactly once, and the state as it came': async (t, scene) => {
    const { gateway, open } = scene
    const uris = [
      CLAUDE_CALLBACK,
      TENANT,
      TOOL,
      APP,
      APP_PATH,
      ...LOCAL,
      'com.acme.tool:/cb?a=1',
      'http://localhost/cb?x',
    ]
    const client = await register(gateway.node, { redirect_uris: uris })
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('')
    const states = [
      'st4te',
      printable,
      '&iss=https://evil.example',
      '#&code=x',
      '%26iss%3Dx',
      '+',
      'x'.repeat(2_048),
      undefined,
    ]
    const wrong: Readonly<Record<string, AuthorizeParameters>> = {
      invalid_request: { code_challenge_method: 'plain' },
      unsupported_response_type: { response_type: 'token' },
      invalid_target: { resource: EVIL },
      invalid_scope: { scope: 'root' },
      login_required: { prompt: 'none' },
    }
    for (const redirect of uris) {
      for (const [error, parameters] of Object.entries(wrong)) {
        for (const state of states) {
          const url = urlOf(client, { redirect_uri: redirect, ...parameters, state })
          isToldToClient(t, await open(url), {
            redirect,
            error,
            state,
            about: `${error} ${redirect} ${state}`,
          })
        }
      }
    }
    const metadata = await (
      await fetch(`${gateway.node.origin}/.well-known/oauth-authorization-server`)
    ).json()
    t.match(metadata, { issuer: PUBLIC_URL, authorization_response_iss_parameter_supported: true })
    for (const query of [
      '?iss=x',
      '?a=1&iss=x',
      '?%69ss=x',
      '?code=x',
      '?state=x',
      '?error=x',
      '?ISS=x',
      '?a;iss=x',
      '?iss[]=x',
    ])
      t.match(await registration(gateway, [`http://localhost/cb${query}`]), { status: 400 }, query)
  },

  'N37: iss is there once with the code, and with a no': async (t, { gateway }) => {
    const { node, product } = gateway
    const uris = [TENANT, APP, 'com.acme.tool:/cb?a=1', LOCAL[2]]
    const client = await register(node, { redirect_uris: uris })
    const state = 'a b&iss=x#/?%\'"<>+'
    const browser = node.browser()
    const credential = product.credentials.pat(['*'])
    for (const redirect of uris) {
      for (const decision of ['approve', 'deny'] as const) {
        const page = await signIn(browser, urlOf(client, { redirect_uri: redirect, state }), credential)
        const form = page.forms.find(({ buttons }) => buttons.some(({ value }) => value === decision))
        t.ok(form, page.html)
        if (form === undefined) return
        const answer = await browser.submit(page, form, { button: `decision=${decision}` })
        isArmoured(t, answer, decision)
        const [, href = ''] = /^0;url=(.*)$/.exec(answer.headers.get('refresh') ?? '') ?? []
        const added = addedTo(href, redirect)
        t.strictSame(added?.getAll('iss'), [PUBLIC_URL])
        t.strictSame(added?.getAll('state'), [state])
        t.equal(added?.has('code'), decision === 'approve')
        t.equal(added?.get('error'), decision === 'deny' ? 'access_denied' : null)
      }
    }
  },

  'N37: a state that is not printable, or too long, is refused and not sent on': async (t, scene) => {
    const controls = Array.from({ length: 32 }, (_, at) => String.fromCharCode(at))
    const signs = [
      ...controls,
      '\x7f',
      '\x80',
      '\x85',
      '\u00a0',
      'é',
      '\u2028',
      '\u202e',
      '😀',
      '\ud800',
      '\ufeff',
    ]
    const states = signs.flatMap(sign => [sign, `a${sign}b`])
    states.push(
      'x'.repeat(2_049),
      'x'.repeat(9_000),
      'a\r\nLocation: https://evil.example',
      'a\r\n\r\n<script>',
    )
    for (const state of states) {
      const page = await scene.open(urlOf(scene.client, { state }))
      const about = JSON.stringify(state.slice(0, 40))
      isToldToClient(t, page, {
        redirect: CLAUDE_CALLBACK,
        error: 'invalid_request',
        state: undefined,
        about,
      })
    }
    const twice = { state: 'a\nb', prompt: 'none', response_type: 'token' }
    const page = await scene.open(urlOf(scene.client, twice))
    isToldToClient(t, page, {
      redirect: CLAUDE_CALLBACK,
      error: 'invalid_request',
      state: undefined,
      about: 'all wrong',
    })
  },

  'N38: an origin outside the allow-list gets nothing, however it is named': async (
    t,
    { open, gateway, serve },
  ) => {
    const outside = [
      EVIL,
      'https://tool.acme.example.evil.example/cb',
      'https://tool.acme.example/other',
      'org.acme.tool:/cb',
    ]
    outside.push(
      'https://claude.ai/',
      'https://claude.ai/api/mcp/auth_callback/x',
      'https://chatgpt.com/connector/oauth/a/b',
    )
    for (const uri of outside) {
      for (const redirects of [[uri], [CLAUDE_CALLBACK, uri], [uri, CLAUDE_CALLBACK]])
        t.match(
          await registration(gateway, redirects),
          { status: 400, body: { error: 'invalid_redirect_uri' } },
          uri,
        )
    }
    serve({ client_id: DOCUMENT, client_name: 'App', redirect_uris: [EVIL] })
    isRefusedHere(t, await open(urlOf(DOCUMENT, { redirect_uri: EVIL })), 'a document that names no other')
    const id = `${DOCUMENT}5`
    serve({ client_id: id, client_name: 'App', redirect_uris: [EVIL, CLAUDE_CALLBACK] })
    isRefusedHere(t, await open(urlOf(id, { redirect_uri: EVIL })), 'a document that names another besides')
    await isTaken(t, { open }, urlOf(id), 'the other')
    for (const origin of ['https://evil.example', 'null', 'https://claude.ai']) {
      const page = await open(urlOf(id), { origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })
      for (const header of ['access-control-allow-origin', 'access-control-allow-credentials'])
        t.equal(page.headers.get(header), null, `${origin} can't read the answer`)
    }
  },

  'N38: what is taken off the allow-list gets nothing more': async (t, { open, gateway, client }) => {
    const { node, product } = gateway
    const browser = node.browser()
    const before = await signIn(
      browser,
      urlOf(client, { redirect_uri: TOOL }),
      product.credentials.pat(['*']),
    )
    const { config } = node.app
    const auth = config.auth.map(scheme =>
      scheme.type === 'oauth'
        ? { ...scheme, redirects: { ...scheme.redirects, loopback: false, allow: [] } }
        : scheme,
    )
    await node.app.reload({ ...config, auth })
    isRefusedHere(t, await open(urlOf(client, { redirect_uri: TOOL })), 'a new request')
    const form = before.forms.find(({ buttons }) => buttons.some(({ value }) => value === 'approve'))
    t.ok(form)
    if (form === undefined) return
    for (const decision of ['approve', 'deny'])
      isRefusedHere(
        t,
        await browser.submit(before, form, { button: `decision=${decision}` }),
        `${decision} of one under way`,
      )
    isRefusedHere(t, await browser.open(before.url), 'its page')
    await isTaken(t, { open }, urlOf(client), 'another redirect of the client')
    await node.app.reload(config)
    await isTaken(t, { open }, urlOf(client, { redirect_uri: TOOL }), 'allowed again')
  },
}

/** Each is told to the client, and begins nothing. */
async function areTold(
  t: Test,
  { open, client }: Scene,
  error: string,
  wrong: readonly AuthorizeParameters[],
): Promise<void> {
  for (const parameters of wrong) {
    const about = JSON.stringify(parameters, (_, value: unknown) => value ?? 'none').slice(0, 160)
    const page = await open(urlOf(client, parameters))
    isToldToClient(t, page, { redirect: CLAUDE_CALLBACK, error, state: 'st4te', about })
  }
}

async function registration({ node }: OAuthGateway, redirect_uris: readonly string[]) {
  const answer = await fetch(`${node.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Test client', redirect_uris }),
  })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

/** None of these can be registered, beside a good one either. */
async function areNotRegistered(t: Test, gateway: OAuthGateway, uris: readonly string[]): Promise<void> {
  const taken: object[] = []
  for (let at = 0; at < uris.length; at += 25) {
    const some = uris.slice(at, at + 25)
    const answers = await Promise.all(some.map(uri => registration(gateway, [CLAUDE_CALLBACK, uri])))
    for (const [index, { status, body }] of answers.entries()) {
      const isRefused = status === 400 && JSON.stringify(body).includes('"error":"invalid_redirect_uri"')
      if (!isRefused) taken.push({ uri: some[index], status, body })
    }
  }
  t.strictSame(taken, [], `registered: ${uris.length} redirects`)
}

/** Whether it is the registered one with another port. */
function isPortOf(registered: string, spelling: string): boolean {
  const [start, end] = registered.split(':3334')
  const rest = spelling.startsWith(start ?? '') ? spelling.slice(start?.length) : ''
  return rest === end || new RegExp(`^:[1-9][0-9]{0,4}${end}$`).test(rest)
}

for (const store of STORES) {
  t.test(`authorization requests (${store})`, { skip: withoutStore(store) }, async t => {
    const server = await startDocumentServer(t, ['app.example.org'])
    const gateway = await startGateway(t, { store, ...CONFIG, documents: server.documents })
    const client = await register(gateway.node, { redirect_uris: [CLAUDE_CALLBACK, TOOL, APP, ...LOCAL] })
    const scene: Scene = {
      gateway,
      client,
      serve: document => (server.answer = json(document)),
      open: (url, headers) => gateway.node.browser().open(url, headers),
    }
    for (const [name, run] of Object.entries(CASES)) await t.test(`${name} (${store})`, t => run(t, scene))
    t.equal(gateway.logged().includes('unexpected'), false, gateway.logged())
  })
}

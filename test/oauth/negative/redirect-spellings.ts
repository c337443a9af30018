/**
 * Other spellings of a redirect URI: what a reader that repairs, trims, decodes or compares too kindly would take for
 * it, or for a way to somewhere else. None is the URI itself.
 */

const EVIL = 'evil.example'
/** Stripped, trimmed or drawn as nothing by one reader or another, as a query can bring them. */
const STRIPPED = [
  ...['\t', '\n', '\r', '\r\n', '\0', '\v', '\f', ' ', '\x7f', '\x85', '\u00a0', '\u00ad', '\u200b'],
  ...['\u2028', '\u202e', '\u3000', '\ufeff'],
]
const DOTS = ['\u3002', '\uff0e', '\uff61', '%2e', '%2E', '%252e', '%u002e', '%c0%ae']
const ENDS = [
  ...[
    '/',
    '//',
    '/.',
    '/..',
    '/../',
    '/./',
    '/%2e%2e/',
    '/..;/',
    '/x',
    'x',
    '.',
    '..',
    ';',
    ';x=1',
    ',',
    '*',
    '%00',
    '%20',
  ],
  ...[
    '?',
    '?x=1',
    '?code=1',
    '?&',
    '&',
    '&x=1',
    '#',
    '#x',
    '%23',
    '%3f',
    '%3Fx=1',
    '\\',
    '\\x',
    `,https://${EVIL}/`,
  ],
  ...[` https://${EVIL}/`, `\r\nLocation: https://${EVIL}/`, `|https://${EVIL}`, `@${EVIL}`, `/@${EVIL}`],
]

/** @param uri - with a host: `https://tool.example/cb` */
export function spellingsOf(uri: string): readonly string[] {
  const all = new Set([
    ...casesOf(uri),
    ...withStripped(uri),
    ...withEncoded(uri),
    ...withOtherHosts(uri),
    ...withOtherSlashes(uri),
    ...ENDS.map(end => uri + end),
    ...[1, 2, 3, 5].map(count => uri.slice(0, -count)),
    ...PREFIXES.flatMap(prefix => [prefix + uri, prefix + encodeURIComponent(uri)]),
  ])
  all.delete(uri)
  return [...all]
}

const PREFIXES = [
  ...[
    'javascript:',
    'javascript://',
    'javascript:alert(1)//',
    'data:text/html,',
    'data:',
    'vbscript:',
    'blob:',
  ],
  ...['view-source:', 'feed:', 'jar:', 'intent:', 'url=', 'URL:', '<', '"', "'", '(', `https://${EVIL}/`],
  ...[
    `https://${EVIL}/?u=`,
    `https://${EVIL}#`,
    `//${EVIL}/`,
    `\\\\${EVIL}\\`,
    `${EVIL},`,
    './',
    '../',
    '/',
    '//',
  ],
]

function casesOf(uri: string): string[] {
  const { scheme, host, rest } = partsOf(uri)
  const turned = [...rest].map(sign =>
    sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase(),
  )
  return [
    uri.toUpperCase(),
    scheme.toUpperCase() + host + rest,
    scheme.slice(0, 1).toUpperCase() + scheme.slice(1) + host + rest,
    scheme + host.toUpperCase() + rest,
    scheme + host + turned.join(''),
  ]
}

function withStripped(uri: string): string[] {
  const { scheme, host, rest } = partsOf(uri)
  const places = [0, 2, scheme.length - 2, scheme.length, scheme.length + 2, scheme.length + host.length]
  places.push(scheme.length + host.length + 1, uri.length - 1 - Math.floor(rest.length / 2), uri.length)
  return STRIPPED.flatMap(sign => places.map(place => uri.slice(0, place) + sign + uri.slice(place)))
}

function withEncoded(uri: string): string[] {
  return [...uri].flatMap((sign, place) => {
    const hex = sign.charCodeAt(0).toString(16)
    const encodings = [`%${hex}`, `%25${hex}`, ...(/[a-z]/.test(hex) ? [`%${hex.toUpperCase()}`] : [])]
    return encodings.map(code => uri.slice(0, place) + code + uri.slice(place + 1))
  })
}

function withOtherHosts(uri: string): string[] {
  const { scheme, host, rest } = partsOf(uri)
  const wide = [...host].map(sign =>
    /[a-z0-9]/.test(sign) ? String.fromCodePoint(sign.charCodeAt(0) + 0xfee0) : sign,
  )
  const hosts = [
    ...[
      EVIL,
      `${host}.${EVIL}`,
      `${host}${EVIL}`,
      `${EVIL}.${host}`,
      `x.${host}`,
      `x${host}`,
      `${host}x`,
      host.slice(1),
    ],
    ...[
      `${host}.`,
      `.${host}`,
      `${host}..`,
      `[${host}]`,
      `${host}:`,
      `${host}:0`,
      `${host}:00443`,
      `${host}:99999`,
    ],
    ...[`${host}:x`, `${host}:80:80`, `${host}:-1`, `${host}: 80`, `${host}%00.${EVIL}`, `${EVIL}%00${host}`],
    ...['@', ':@', ':x@', '%40', '\\@', '/@', '?@', '#@', ';@', ',@', '%2540', '\uff20', '&@', ' @'].flatMap(
      sign => [`${host}${sign}${EVIL}`, `${EVIL}${sign}${host}`],
    ),
    ...['/', '\\', '%2f', '%5c', '?', '#', ';', ',', '%23', '\u2044', '\uff0f', '\u2215'].flatMap(sign => [
      `${EVIL}${sign}${host}`,
      `${EVIL}${sign}.${host}`,
    ]),
    ...DOTS.map(dot => host.replace('.', dot)),
    ...DOTS.map(dot => host.replaceAll('.', dot)),
    ...[wide.join(''), host.replace('a', '\u0430'), host.replace('o', '\u03bf'), host.replace('l', '1'), ''],
  ]
  return hosts.filter(other => other !== host).map(other => scheme + other + rest)
}

function withOtherSlashes(uri: string): string[] {
  const { scheme, host, rest } = partsOf(uri)
  const name = scheme.slice(0, -2)
  const starts = [
    '',
    '/',
    '///',
    '////',
    '\\\\',
    '\\/',
    '/\\',
    '/\t/',
    '%2f%2f',
    '/%09/',
    '\u2215\u2215',
    '//./',
    '//../',
  ]
  return [
    ...starts.map(start => name + start + host + rest),
    `//${host}${rest}`,
    host + rest,
    rest,
    ...['//', '\\', '/./', '/x/../', '/%2e/', '/.%2e/', '/;/', '%2f', '/\t', '/%5c'].map(
      slash => scheme + host + slash + rest.slice(1),
    ),
    scheme + host + rest.replaceAll('/', '\\'),
    scheme + host + rest.replaceAll('/', '//'),
    uri.replaceAll('/', '\\'),
    uri.replaceAll('/', '%2f'),
    uri.replaceAll(':', '%3a'),
  ]
}

/** `https://`, `tool.example`, `/cb` */
function partsOf(uri: string) {
  const [, scheme = '', host = '', rest = ''] = /^([a-z.]+:\/\/)([^/]+)(.*)$/.exec(uri) ?? []
  return { scheme, host, rest }
}

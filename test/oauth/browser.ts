/**
 * A browser as far as forms and cookies go: keeps cookies by name, follows nothing by itself, fills in what a page
 * asks. For tests of the flow; what only a real browser does is in test/browser.
 */

/** A page, or a redirect, as it came. */
export interface Page {
  readonly status: number
  /** Absolute; where it was asked for. */
  readonly url: string
  readonly headers: Headers
  readonly html: string
  readonly forms: readonly Form[]
  /** Absolute, of `Location` or `Refresh`; undefined where the answer has none. */
  readonly location: string | undefined
}

/** A form of a page: what it would send if nobody touched it, and its buttons. */
export interface Form {
  readonly action: string
  /** Hidden fields, texts, and boxes that are ticked. */
  readonly fields: Readonly<Record<string, string>>
  /** Names of the boxes. */
  readonly boxes: readonly string[]
  readonly buttons: readonly { readonly name: string; readonly value: string }[]
}

/** What is sent of a form. */
export interface Filling {
  /** Values of fields, in place of what the page has; undefined: the field is left out, a box unticked. */
  readonly fields?: Readonly<Record<string, string | undefined>>
  /** `name=value` of the button that is pressed. */
  readonly button?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One browser with its cookies. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #addressOf: (url: string) => string

  /** @param addressOf - where a URL is really asked: a public name in tests is a port of this machine */
  constructor(addressOf: (url: string) => string = url => url) {
    this.#addressOf = addressOf
  }

  /** Goes to an address as somebody who typed it. */
  open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#ask(url, { headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', ...headers } })
  }

  /** Follows redirects as long as `goesOn` says so of their target. */
  async follow(page: Page, goesOn: (location: string) => boolean): Promise<Page> {
    let at = page
    for (let count = 0; at.location !== undefined && goesOn(at.location); count++) {
      if (count === 10) throw new Error(`redirects without end at ${at.url}`)
      at = await this.#ask(at.location, {
        headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
      })
    }
    return at
  }

  /** Sends a form of a page. */
  submit(page: Page, form: Form, { fields = {}, button, headers = {} }: Filling = {}): Promise<Page> {
    const all: Record<string, string | undefined> = { ...form.fields, ...fields }
    if (button !== undefined) {
      const [name = '', value = ''] = button.split('=')
      all[name] = value
    }
    const sent = new URLSearchParams()
    for (const [name, value] of Object.entries(all)) if (value !== undefined) sent.set(name, value)
    return this.#ask(new URL(form.action, page.url).href, {
      method: 'POST',
      body: sent.toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(page.url).origin,
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        ...headers,
      },
    })
  }

  async #ask(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(this.#addressOf(url), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie !== '' && { cookie }) },
    })
    for (const line of answer.headers.getSetCookie()) this.#keep(line)
    const html = await answer.text()
    const onward = /^0;url=(.*)$/.exec(answer.headers.get('refresh') ?? '')?.[1]
    const location = answer.headers.get('location') ?? onward ?? null
    return {
      status: answer.status,
      url,
      headers: answer.headers,
      html,
      forms: readForms(html),
      location: location === null ? undefined : new URL(location, url).href,
    }
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
    const isGone = attributes.some(attribute => /^\s*max-age=0$/i.test(attribute))
    if (isGone) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** The forms of a page. */
export function readForms(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => {
    const inputs = [...body.matchAll(/<input\b([^>]*)>/g)].map(([, text = '']) => attributesOf(text))
    const boxes = inputs.filter(({ type }) => type === 'checkbox')
    const sent = inputs.filter(input => input.type !== 'checkbox' || 'checked' in input)
    return {
      action: attributesOf(head).action ?? '',
      fields: Object.fromEntries(
        sent.flatMap(({ name, value = '' }) => (name === undefined ? [] : [[name, value]])),
      ),
      boxes: boxes.flatMap(({ name }) => name ?? []),
      buttons: [...body.matchAll(/<button\b([^>]*)>/g)].flatMap(([, text = '']) => {
        const { name, value = '' } = attributesOf(text)
        return name === undefined ? [] : [{ name, value }]
      }),
    }
  })
}

function attributesOf(text: string): Record<string, string | undefined> {
  const found = [...text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)]
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, unescaped(value)]))
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** A text of a page as people read it. */
export function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return ENTITIES[name] ?? whole
  })
}

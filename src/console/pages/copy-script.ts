import { createHash } from 'node:crypto'

/**
 * The only script of any page: gives every block of code a button that copies it, where the browser lets pages write to
 * the clipboard, and selects it otherwise. Without it nothing is missing but the buttons. It takes no text of others for
 * anything but text.
 */
export const COPY_SCRIPT = `
addEventListener('DOMContentLoaded', () => {
  const said = document.createElement('p')
  said.setAttribute('role', 'status')
  said.className = 'hidden'
  document.body.append(said)
  for (const block of document.querySelectorAll('.block')) {
    const code = block.querySelector('code')
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = 'Copy'
    button.setAttribute('aria-label', 'Copy ' + block.dataset.what)
    button.addEventListener('click', async () => {
      const done = await copy(code)
      button.textContent = done
      said.textContent = done
      setTimeout(() => {
        button.textContent = 'Copy'
        said.textContent = ''
      }, 2000)
    })
    block.querySelector('figcaption').after(button)
  }
  async function copy(code) {
    try {
      await navigator.clipboard.writeText(code.textContent)
      return 'Copied'
    } catch {
      getSelection().selectAllChildren(code)
      return 'Selected'
    }
  }
})
`

/** The script as a source of `script-src` (CSP 3 section 2.3.1): `'sha256-…'`. */
export const COPY_SOURCE = `'sha256-${createHash('sha256').update(COPY_SCRIPT).digest('base64')}'`

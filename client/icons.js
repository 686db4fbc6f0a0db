// The icons that Web Awesome's components draw themselves, in place of its own `wa-icon`: that one asks a foreign host
// for what is not its own, and its own by `fetch` of a `data:` address, which our content security policy refuses.
// The drawings are Lucide's, as on the pages.
import check from 'lucide-static/icons/check.svg'
import chevronDown from 'lucide-static/icons/chevron-down.svg'
import chevronLeft from 'lucide-static/icons/chevron-left.svg'
import chevronRight from 'lucide-static/icons/chevron-right.svg'
import copy from 'lucide-static/icons/copy.svg'
import x from 'lucide-static/icons/x.svg'

const drawings = {
  check,
  'chevron-down': chevronDown,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  copy,
  xmark: x,
}
const parser = new DOMParser()
const style = new CSSStyleSheet()
style.replaceSync(
  ':host{display:inline-flex;align-items:center;justify-content:center;width:1.25em;height:1em;vertical-align:-.125em}' +
    'svg{width:1.125em;height:1.125em;flex:none}',
)

export class WaIcon extends HTMLElement {
  static observedAttributes = ['name', 'label']

  constructor() {
    super()
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [style]
  }

  connectedCallback() {
    this.draw()
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw()
  }

  draw() {
    const drawing = drawings[this.getAttribute('name')]
    this.describe(this.getAttribute('label'))
    this.shadowRoot.replaceChildren(...(drawing ? [svgOf(drawing)] : []))
  }

  describe(label) {
    this.toggleAttribute('aria-hidden', false)
    if (label) {
      this.setAttribute('role', 'img')
      this.setAttribute('aria-label', label)
    } else {
      this.removeAttribute('role')
      this.setAttribute('aria-hidden', 'true')
    }
  }
}

function svgOf(drawing) {
  const svg = document.importNode(parser.parseFromString(drawing, 'image/svg+xml').documentElement, true)
  svg.setAttribute('part', 'svg')
  return svg
}

customElements.define('wa-icon', WaIcon)

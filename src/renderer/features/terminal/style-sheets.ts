/**
 * Lets xterm draw under the page's policy. It writes `<style>` elements and `style` attributes, which `style-src 'self'` refuses; what goes through the CSSOM passes:
 * https://www.w3.org/TR/CSP3/#directive-style-src. Seen with xterm 6.0.0.
 */

/** For xterm's `documentOverride`: pieces of text that it makes can be given colours of their own. */
export function styledDocument(): Document {
  const createElement = (name: string): HTMLElement => {
    if (name === 'style') return sheetElement()
    const element = plainElement(name)
    return name === 'span' ? Object.defineProperties(element, styleByProperty) : element
  }
  return new Proxy(document, {
    get: (target, key) => {
      if (key === 'createElement') return createElement
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** While `open` runs, style elements that are made anywhere in the page are sheets: xterm makes that of its scroll bar with the page's own document. */
export function withSheets(open: () => void): void {
  document.createElement = ((name: string) => (name === 'style' ? sheetElement() : plainElement(name))) as typeof document.createElement
  try {
    open()
  } finally {
    Reflect.deleteProperty(document, 'createElement')
  }
}

const plainElement = (name: string) => Document.prototype.createElement.call(document, name)

/** Stands for a `<style>`: its text is a sheet of the page for as long as it is there. */
function sheetElement(): HTMLElement {
  const element = plainElement('span')
  element.hidden = true
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets.push(sheet)
  return Object.defineProperties(element, {
    textContent: {
      set: (css: string) => {
        sheet.replaceSync(css)
      },
      get: () => '',
    },
    remove: {
      value: () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
        Element.prototype.remove.call(element)
      },
    },
  })
}

const styleByProperty: PropertyDescriptorMap = {
  setAttribute: {
    value(this: HTMLElement, name: string, value: string) {
      if (name === 'style') this.style.cssText = value
      else Element.prototype.setAttribute.call(this, name, value)
    },
  },
  getAttribute: {
    value(this: HTMLElement, name: string) {
      return name === 'style' ? this.style.cssText : Element.prototype.getAttribute.call(this, name)
    },
  },
}

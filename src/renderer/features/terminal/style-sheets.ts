import type { Terminal } from '@xterm/xterm'

/**
 * Lets xterm draw under the page's policy. It writes `<style>` elements and `style` attributes, which `style-src 'self'` refuses; what goes through the CSSOM passes:
 * https://www.w3.org/TR/CSP3/#directive-style-src. For xterm 6.0.0, which has no setting for it.
 */
export function openUnderPolicy(xterm: Terminal, parent: HTMLElement): void {
  const create = (name: string) => (name === 'style' ? sheetElement() : plainElement(name))
  // xterm makes the style elements of its terminal here, and only here.
  document.createElement = create as typeof document.createElement
  try {
    xterm.open(parent)
  } finally {
    Reflect.deleteProperty(document, 'createElement')
  }
  // Gives a piece of text a colour that is not one of the sixteen, or one that can be read on its ground.
  const rows = (xterm as unknown as Inside)._core?._renderService?._renderer?.value?._rowFactory
  if (rows?._addStyle)
    rows._addStyle = (element, style) => {
      element.style.cssText += style
    }
}

type Inside = {
  readonly _core?: {
    readonly _renderService?: {
      readonly _renderer?: { readonly value?: { readonly _rowFactory?: { _addStyle?: (element: HTMLElement, style: string) => void } } }
    }
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

import type { Page } from '@playwright/test'

/** What is wider than the window: the document itself, and whatever can be pressed or read that stands outside of it where nothing scrolls there. */
export async function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // Two frames: what measures itself has measured.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn))
    const found: string[] = []
    const document_ = document.scrollingElement
    if (document_ && document_.scrollWidth > window.innerWidth) found.push(`document: ${document_.scrollWidth} px`)
    const scrolls = (element: Element | null): boolean =>
      element !== null && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
    const told = 'button, a, input, select, [role="option"], [role="row"], [role="tab"], h1, h2, h3, p, label, dd, dt, li'
    for (const element of document.querySelectorAll(told)) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || !element.checkVisibility({ visibilityProperty: true })) continue
      if ((box.right > window.innerWidth + 1 || box.left < -1) && !scrolls(element.parentElement))
        found.push(`${Math.round(box.left)} to ${Math.round(box.right)} px: ${element.outerHTML.slice(0, 160)}`)
    }
    return found
  })
}

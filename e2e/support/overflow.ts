import type { Page } from '@playwright/test'

/** What moves on by itself. */
export function movingIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY)
      .map((one) => `moves: ${((one.effect as KeyframeEffect).target as Element).outerHTML.slice(0, 200)}`),
  )
}

/**
 * What does not fit: a document wider than the window, what can be pressed or read outside of the window where nothing scrolls,
 * a dialog that scrolls sideways, words that run out of their control, words cut off without an ellipsis.
 */
export async function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // Two frames: what measures itself has measured.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn))
    const found = new Set<string>()
    const told = (what: string, element: Element) => found.add(`${what}: ${element.outerHTML.slice(0, 200)}`)
    const hidesX = (element: Element) => ['hidden', 'clip'].includes(getComputedStyle(element).overflowX)
    const scrollsX = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    const above = (from: Element | null, is: (element: Element) => boolean): Element | null =>
      from === null || is(from) ? from : above(from.parentElement, is)
    const isForReadersOnly = (element: Element) =>
      getComputedStyle(element).clipPath !== 'none' || getComputedStyle(element).clip !== 'auto'
    // A terminal cuts its lines by itself and fits its columns a moment later.
    const isTerminal = (element: Element) => element.classList.contains('xterm')
    const shown = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      above(element, isForReadersOnly) === null &&
      above(element, isTerminal) === null

    if ((document.scrollingElement?.scrollWidth ?? 0) > window.innerWidth)
      found.add(`document: ${document.scrollingElement?.scrollWidth} px`)

    for (const body of document.querySelectorAll('.dialog > .body'))
      if (body.scrollWidth > body.clientWidth + 1) told('scrolls sideways', body)

    const stops = 'button, a, input, select, [role="option"], [role="row"], [role="tab"], h1, h2, h3, p, label, dd, dt, li'
    for (const element of document.querySelectorAll(stops)) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || !shown(element) || above(element.parentElement, scrollsX)) continue
      if (box.right > window.innerWidth + 1 || box.left < -1) told('outside of the window', element)
    }

    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement
      if (!parent || !node.textContent?.trim() || !shown(parent)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const { right, bottom } = range.getBoundingClientRect()
      const frame = above(parent, (each) => hidesX(each) || scrollsX(each))
      if (frame && hidesX(frame) && right > frame.getBoundingClientRect().right + 1) {
        const { textOverflow, display } = getComputedStyle(frame)
        if (textOverflow !== 'ellipsis' || display.includes('flex') || display.includes('grid')) told('cut without an ellipsis', parent)
      }
      const control = parent.closest('button, a, [role="tab"]')
      if (control && !(frame && control.contains(frame)) && right > control.getBoundingClientRect().right + 1)
        told('runs out of its control', control)
      // Two lines in a control made for one; the box of a letter is higher than its line by a little.
      if (control && !(frame && control.contains(frame)) && bottom > control.getBoundingClientRect().bottom + 4)
        told('runs out of its control below', control)
    }
    return [...found]
  })
}

/** Heads of columns whose word is cut, which an ellipsis makes no better: nothing else says what the column is. */
export function cutHeadsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[role="columnheader"]')]
      .filter((head) => head.checkVisibility({ visibilityProperty: true }) && head.scrollWidth > head.clientWidth && head.clientWidth > 1)
      .map((head) => `head is cut: ${head.textContent} (${head.clientWidth} of ${head.scrollWidth} px)`),
  )
}

import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

// In one piece: otherwise axe opens a tab of its own, which takes the focus, and what is open closes.
const axeOn = (page: Page) => new AxeBuilder({ page }).setLegacyMode()

/** What axe finds against WCAG 2.2 AA on the page as it stands: one line per element, with the rule and why. `within`: only inside of that element. */
export function violationsOf(page: Page, within = ''): Promise<string[]> {
  const axe = axeOn(page).withTags(tags)
  return found(within === '' ? axe : axe.include(within))
}

/** What cannot be read for its colour, where the rest of the page is known to be right. */
export const paleIn = (page: Page): Promise<string[]> => found(axeOn(page).withRules(['color-contrast']))

async function found(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html}\n    ${(node.failureSummary ?? '').replaceAll('\n', '\n    ')}`),
  )
}

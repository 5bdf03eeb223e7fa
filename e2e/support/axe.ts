import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds against WCAG 2.2 AA on the page as it stands: one line per element, with the rule and why. `within`: only inside of that element. */
export async function violationsOf(page: Page, within = ''): Promise<string[]> {
  // In one piece: otherwise axe opens a tab of its own, which takes the focus, and what is open closes.
  const axe = new AxeBuilder({ page }).withTags(tags).setLegacyMode()
  const { violations } = await (within === '' ? axe : axe.include(within)).analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html}\n    ${(node.failureSummary ?? '').replaceAll('\n', '\n    ')}`),
  )
}

import { expect, type Page } from '@playwright/test'
import { createLedger } from './ledger.ts'

// What a person does with the pages, the same in both hosts.

const lines = 1000

export const stepOf = (page: Page, name: string | RegExp) =>
  page.getByRole('region', { name: 'Steps' }).getByRole('listitem').filter({ hasText: name })

/** Presses the one button and stays until the page has landed on the cluster. */
export async function createByClick(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Create cluster' }).click()
  await expect(page).toHaveURL(/#\/jobs\//)
  await expect(page.getByRole('progressbar')).toBeVisible()
  await expect(stepOf(page, /control plane/i).first()).toHaveAttribute('aria-current', 'step', { timeout: 60_000 })
  await expect(page.getByRole('button', { name: /^Cancel/ })).toBeVisible()
  // It lands when nodes and DNS answer.
  await expect(page).toHaveURL(/#\/clusters\/kind/, { timeout: 180_000 })
  await expect(page.getByRole('heading', { name, level: 2 })).toBeVisible()
  await expect(page.getByRole('row', { name: new RegExp(`${name}-control-plane.*Ready`) })).toBeVisible()
}

/** From the cluster's page: loads the sample image, lets a pod count, opens its log by a click, and sees every number once and in order. */
export async function readLiveLog(
  page: Page,
  cluster: string,
  image: string,
  kubectl: (...args: string[]) => Promise<string>,
): Promise<void> {
  await page
    .getByRole('button', { name: /^Load image/ })
    .first()
    .click()
  await page.getByRole('textbox').fill(image)
  await page.getByRole('dialog').getByRole('button', { name: /^Load/ }).click()
  await expect(stepOf(page, /image/i).last()).toContainText('done', { timeout: 120_000 })
  await kubectl('run', 'talk', `--image=${image}`, '--', 'log', '-shape', 'plain', '-rate', '50', '-count', String(lines))
  await toClusters(page)
  await page.getByRole('link', { name: cluster, exact: true }).click()
  await page.getByRole('tab', { name: 'Pods' }).click()
  const pod = page.getByRole('row', { name: /talk/ })
  await expect(pod).toContainText('Running', { timeout: 60_000 })
  await pod.click()
  await expect(page).toHaveURL(/#\/logs/)
  const ledger = await createLedger(page)
  await expect.poll(() => ledger.highest(), { timeout: 60_000 }).toBe(lines)
  expect(await ledger.read()).toEqual({ missing: [], twice: [], disorder: [] })
}

/** Deletes by the row's menu; the second step is the name. Stays until the job has said that nothing is left. */
export async function deleteByName(page: Page, name: string): Promise<void> {
  await toClusters(page)
  await page.getByRole('button', { name: `More actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const danger = page.getByRole('button', { name: `Delete ${name}` })
  await expect(danger).toBeDisabled()
  await page.getByRole('dialog').getByRole('textbox').fill(name)
  await danger.click()
  await expect(page.getByRole('region', { name: 'Steps' }).getByRole('listitem').last()).toContainText('done', { timeout: 60_000 })
}

async function toClusters(page: Page): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /^Clusters/ })
    .click()
}

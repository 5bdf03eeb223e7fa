import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createLooks, faultsOf, twoLooks } from '../support/looks.ts'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine } from '../support/scripted-tools.ts'
import { expect, testOn } from '../support/test.ts'

const test = testOn(makeScriptedMachine)

test('a change of a file is shown whole before it is made, made as a job in the same dialog, and taken back', async ({
  machine,
  openCove,
  page,
}) => {
  const file = join(machine.home, '.bashrc')
  await writeFile(file, '# mine\nalias k=kubectl')
  const cove = await openCove(machine)
  await goTo(page, cove.origin, '/machine')
  await page.getByRole('button', { name: 'Show all about kubectl' }).click()
  await page.getByRole('button', { name: 'Add to ~/.bashrc…' }).last().click()

  // All of it, before anything is done: the line that was there without an end is told too.
  const plan = page.getByRole('dialog')
  await expect(plan).toContainText('On this machine. Nothing has been changed yet.')
  const diff = plan.getByLabel(`What changes in ${file}`)
  await expect(diff).toContainText('removed −alias k=kubectl')
  await expect(diff).toContainText('(no line end)')
  await expect(diff).toContainText('added +alias k=kubectl')
  await expect(diff).toContainText(/added \+.*kubectl completion bash/)
  await plan.getByText('The same as a shell script').click()
  await expect(plan.getByLabel('The same as a shell script')).toContainText('#!/bin/sh')
  expect(await readFile(file, 'utf8')).toBe('# mine\nalias k=kubectl')

  await plan.getByRole('button', { name: 'Apply to this machine' }).press('Enter')
  await expect(plan).toContainText('It is done on this machine, and was read back.')
  await expect(plan.getByRole('listitem').filter({ hasText: 'Make the changes' })).toContainText('done')
  expect(await readFile(file, 'utf8')).toContain('kubectl completion bash')
  await plan.getByRole('button', { name: 'Close' }).click()
  await expect(plan).toBeHidden()

  // Somebody changes the file: it is not overwritten, and the reason is said.
  const [record] = await cove.api.hostChanges.records({ target: 'local' })
  const after = await readFile(file, 'utf8')
  await writeFile(file, `${after}# more\n`)
  await page.getByRole('button', { name: 'Take away…' }).first().click()
  const undo = page.getByRole('dialog')
  await expect(undo.getByLabel(`What changes in ${file}`)).toContainText(/removed −.*kubectl completion bash/)
  await undo.getByRole('button', { name: 'Undo on this machine' }).click()
  await expect(undo.getByRole('alert')).toContainText('has changed meanwhile')
  await writeFile(file, after)
  await undo.getByRole('button', { name: 'Undo on this machine' }).click()
  await expect(undo).toContainText('It is undone on this machine: all of it is as it was before.')
  expect(await readFile(file, 'utf8')).toBe('# mine\nalias k=kubectl')
  expect((await cove.api.hostChanges.records({ target: 'local' })).find(({ id }) => id === record?.id)?.undoneAt).not.toBeNull()
})

test('a host of ssh is added, chosen, kept by the address, said to be out of reach, and removed', async ({ machine, openCove, page }) => {
  // Runs what it is given on this machine: the real one is met in targets.spec.ts.
  await symlink(resolve(import.meta.dirname, '../../src/main/core/targets/fixtures/ssh'), join(machine.home, 'programs/ssh'))
  const cove = await openCove(machine)
  await goTo(page, cove.origin, '/machine?tab=checks')
  const choice = page.getByRole('button', { name: /^Machine: / })
  await expect(choice).toHaveText('Machine: This machine')

  // By keyboard alone; what is wrong stands beside the field.
  await choice.press('Enter')
  await expect(page.getByRole('option', { name: /^This machine/ })).toBeVisible()
  expect(await faultsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Add an ssh host…' }).press('Enter')
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'Address' })
  await expect(field).toBeFocused()
  await page.keyboard.type('-oProxyCommand=touch')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('without options')
  expect(await faultsOf(page)).toEqual([])
  await field.fill('ann@lab')
  await field.press('Enter')
  await expect(choice).toHaveText('Machine: ann@lab')
  await expect(page).toHaveURL(/tab=checks&target=ssh%3Aann%40lab/)
  await expect(page.locator('.target-now .state')).toHaveText('up')

  // The address is enough to come back, to another tab too.
  await page.reload()
  await expect(choice).toHaveText('Machine: ann@lab')
  await page.getByRole('tab', { name: 'Leftovers' }).click()
  await expect(choice).toHaveCount(0)
  await page.getByRole('tab', { name: 'Checks' }).click()
  await expect(choice).toHaveText('Machine: ann@lab')

  // One that lets nobody in.
  await machine.set('ssh-fail', 'bob@gone: Permission denied (publickey).\n')
  await cove.api.targets.addSsh({ destination: 'bob@gone' })
  await choice.click()
  await page.keyboard.type('gone')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('does not let this user in')
  expect(await faultsOf(page)).toEqual([])
  await rm(join(machine.env['COVE_FAKE'] ?? '', 'ssh-fail'))
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.target-now .state')).toHaveText('up')

  await page.locator('.toolbar').first().getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Remove from the list…' }).click()
  await expect(page.getByRole('dialog')).toContainText('bob@gone')
  expect(await createLooks({ page, api: cove.api, shots: 'targets' }).faults(twoLooks)).toEqual([])
  await page.getByRole('button', { name: 'Remove bob@gone' }).click()
  await expect(choice).toHaveText('Machine: This machine')
  expect((await cove.api.targets.list()).map(({ id }) => id)).toEqual(['local', 'ssh:ann@lab'])
  await goTo(page, cove.origin, '/machine?tab=checks&target=ssh%3Abob%40gone')
  await expect(page.getByText('bob@gone is not in the list')).toBeVisible()
})

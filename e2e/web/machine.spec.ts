import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goTo } from '../support/places.ts'
import { makeScriptedMachine, type ScriptedMachine } from '../support/scripted-tools.ts'
import { expect, test } from '../support/test.ts'

let machine: ScriptedMachine
test.beforeEach(async () => {
  machine = await makeScriptedMachine()
})
test.afterEach(() => machine.remove())

test('a change of a file is shown whole before it is made, made as a job in the same dialog, and taken back', async ({
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

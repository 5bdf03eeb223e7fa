import AxeBuilder from '@axe-core/playwright'
import { execa } from 'execa'
import { makeMachine } from '../support/cove.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { ground } from '../support/ground.ts'
import { createByClick, deleteByName, readLiveLog } from '../support/journey.ts'
import { programsOf } from '../support/test.ts'
import { expect, test } from './launch.ts'

const name = 'dev'
test.afterEach(() => removeCluster(name))

test('in the window: a real cluster is made by one click, listed, its pod’s log read live, and deleted; axe finds nothing', async ({
  open,
}, info) => {
  const chosen = ground()
  test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs a real cluster: ${chosen.reason}` : '')
  if (chosen.kind === 'none') return
  const engine = await engineState()
  test.skip(
    chosen.kind === 'engine' && engine.containers.length > 0,
    'needs an engine without kind clusters, and those here are somebody’s',
  )
  const machine = await makeMachine({ programs: await programsOf(chosen, ['kind', 'kubectl']) })
  const { PATH = '', COVE_TOOL_FOLDERS = '', SHELL = '', DOCKER_CONFIG = '' } = machine.env
  try {
    const { page, home } = await open({ PATH, COVE_TOOL_FOLDERS, SHELL, DOCKER_CONFIG })
    const kubectl = async (...args: string[]) =>
      (await execa('kubectl', args, { env: { HOME: home, PATH }, extendEnv: false, stdin: 'ignore' })).stdout
    const look = async (what: string) => {
      await page.screenshot({ path: info.outputPath(`${what}.png`) })
      // Electron cannot open the second page that axe wants otherwise.
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode()
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze()
      expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
    }

    await expect(page.getByRole('heading', { name: 'No clusters yet' })).toBeVisible()
    await look('empty')
    await createByClick(page, name)
    await look('cluster')
    expect(await kubectl('config', 'current-context')).toBe(`kind-${name}`)
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Clusters/ })
      .click()
    await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Running')
    await look('clusters')
    if (chosen.sampleImage !== null) {
      await page.getByRole('link', { name, exact: true }).click()
      await readLiveLog(page, name, chosen.sampleImage, kubectl)
      await look('logs')
    }
    await deleteByName(page, name)
    await look('job')
    expect(await engineState()).toEqual(engine)
    expect(await kubectl('config', 'get-contexts', '-o', 'name')).toBe('')
  } finally {
    await machine.remove()
  }
})

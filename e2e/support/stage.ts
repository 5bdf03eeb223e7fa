import type { Browser, Page } from '@playwright/test'
import type { Cluster } from '../../src/shared/contract/clusters.ts'
import type { Job } from '../../src/shared/contract/jobs.ts'
import { made } from './cleanup.ts'
import { type CoveClient, connectAs } from './client.ts'
import { type CoveProcess, type Machine, makeMachine, startCove } from './cove.ts'
import { removeCluster } from './engine.ts'
import { succeeds } from './jobs.ts'
import { createLooks, type Looks, usual } from './looks.ts'
import { programsOf, type realGround } from './test.ts'

/** For all tests of a file, as a launch address can be used once. */
export type Stage = {
  readonly cove: CoveProcess
  readonly page: Page
  /** Beside the page, with its cookie. */
  readonly api: CoveClient['api']
  readonly looks: Looks
  /** Ends it all but the machine. */
  readonly end: () => Promise<void>
}

/** Cove on that machine and a page that shows it, in light and English. `shots`: see `createLooks`. */
export function openStage(browser: Browser, machine: Machine, shots: string): Promise<Stage> {
  return made(async (onEnd) => {
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const page = await browser.newPage({ viewport: usual, locale: 'en-GB' })
    onEnd(() => page.context().close())
    const { api, close } = await connectAs(page, cove)
    onEnd(close)
    await api.settings.set({ theme: 'light', language: 'en' })
    return { cove, page, api, looks: createLooks({ page, api, shots }) }
  })
}

/** A stage on a machine of its own with the real tools, and a cluster of kind that was made there. `job`: the one that made it. Its end removes all of it. */
export function openKindStage(
  browser: Browser,
  chosen: ReturnType<typeof realGround>,
  { name, workers = 0, shots }: { readonly name: string; readonly workers?: number; readonly shots: string },
): Promise<Stage & { readonly machine: Machine; readonly cluster: Cluster; readonly job: Job }> {
  return made(async (onEnd) => {
    const machine = await makeMachine({ programs: await programsOf(chosen, ['kind', 'kubectl']) })
    onEnd(machine.remove)
    onEnd(() => removeCluster(name))
    const stage = await openStage(browser, machine, shots)
    onEnd(stage.end)
    const job = await succeeds(stage.api, stage.api.clusters.create({ name, image: chosen.nodeImage, workers }))
    const cluster = (await stage.api.clusters.list()).clusters.find((each) => each.name === name)
    if (!cluster) throw new Error(`${name} is not listed`)
    return { ...stage, machine, cluster, job }
  })
}

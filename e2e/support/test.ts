import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { type CoveClient, connectAs } from './client.ts'
import { type CoveProcess, type Machine, makeMachine, startCove } from './cove.ts'
import { type Ground, ground } from './ground.ts'
import { type Mirror, startMirror } from './mirror.ts'

type RealGround = Exclude<Ground, { kind: 'none' }>
/** A running Cove that the page shows, with a second connection for what a test asks beside it. */
export type OpenCove = CoveProcess & Pick<CoveClient, 'api'>
type Fixtures = {
  /** Skips the test by name where no real cluster can be had. */
  ground: RealGround
  /** The publisher's download sites, played by a loopback server with the real binaries. */
  publisher: Mirror
  /** A machine with an engine, without kind and kubectl. */
  emptyMachine: Machine
  /** A machine with an engine, kind and kubectl. */
  machine: Machine
  /** Starts Cove on a machine, opens it in the page; ended after the test. */
  openCove: (machine: Machine, options?: { args?: string[] }) => Promise<OpenCove>
}

export const test = base.extend<Fixtures>({
  // Playwright reads the fixtures that are asked for out of this pattern, so it must be one.
  // oxlint-disable-next-line no-empty-pattern
  ground: async ({}, use) => use(realGround()),
  publisher: async ({ ground }, use, info) => {
    info.skip(ground.mirror === null, 'needs the kit: no folder with real binaries to serve on this ground')
    const mirror = await startMirror(ground.mirror ?? '')
    await use(mirror)
    await mirror.stop()
  },
  emptyMachine: async ({ publisher }, use) => {
    const machine = await makeMachine({ programs: {}, env: publisherEnvironment(publisher) })
    await use(machine)
    await machine.remove()
  },
  machine: async ({ ground }, use) => {
    const machine = await makeMachine({ programs: await programsOf(ground, ['kind', 'kubectl']) })
    await use(machine)
    await machine.remove()
  },
  openCove: async ({ page }, use) => {
    const running: CoveProcess[] = []
    const clients: CoveClient[] = []
    await use(async (machine, options = {}) => {
      const cove = await startCove(machine, options.args ?? [])
      running.push(cove)
      const client = await connectAs(page, cove)
      clients.push(client)
      return { ...cove, api: client.api }
    })
    for (const client of clients) client.close()
    for (const cove of running) await cove.stop()
  },
})
export { expect } from '@playwright/test'

/** Tests with a machine of another make; named before `openCove` in a test, it goes after Cove has ended. */
export const testOn = <M extends Machine>(make: () => Promise<M>) =>
  test.extend<{ machine: M }>({
    // oxlint-disable-next-line no-empty-pattern
    machine: async ({}, use) => {
      const machine = await make()
      await use(machine)
      await machine.remove()
    },
  })

/** Skips by name what runs, a test or all that a hook is for, where no real cluster can be had. */
export function realGround(): RealGround {
  const chosen = ground()
  test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs a real cluster: ${chosen.reason}` : '')
  return chosen as RealGround
}

export const publisherEnvironment = (mirror: Mirror) => ({ COVE_PUBLISHER_KUBERNETES: mirror.url, COVE_PUBLISHER_GITHUB: mirror.url })

export async function programsOf(ground: RealGround, names: string[]): Promise<Record<string, string>> {
  const { access } = await import('node:fs/promises')
  const found: Record<string, string> = {}
  for (const name of names)
    for (const folder of ground.path.split(':')) {
      const path = join(folder, name)
      if (
        !found[name] &&
        (await access(path).then(
          () => true,
          () => false,
        ))
      )
        found[name] = path
    }
  return found
}

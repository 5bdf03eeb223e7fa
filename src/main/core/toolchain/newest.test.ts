import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'
import { type Publisher, startPublisher } from './fixtures/publisher.ts'

let site: Publisher
const grounds: Ground[] = []

beforeEach(async () => {
  site = await startPublisher()
  site.put('release/stable.txt', 'v1.35.2\n', null)
  site.put('release/stable-1.33.txt', 'v1.33.9', null)
  for (const [repository, tag] of [
    ['kubernetes-sigs/kind', 'v0.34.0'],
    ['kubernetes/minikube', 'v1.39.0'],
    ['helm/helm', 'v4.1.0'],
    ['moby/moby', 'docker-v29.1.3'],
  ])
    site.damage(`${repository}/releases/latest`, (_, response) => {
      response.writeHead(302, { location: `/${repository}/releases/tag/${tag}` }).end()
      return true
    })
  for (const path of [
    'kubernetes-sigs/kind/releases/tag/v0.34.0',
    'kubernetes/minikube/releases/tag/v1.39.0',
    'helm/helm/releases/tag/v4.1.0',
  ])
    site.put(path, '<!DOCTYPE html>', null)
})
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
  await site.close()
})

async function ground(home?: string): Promise<Ground> {
  const env = { COVE_PUBLISHER_KUBERNETES: site.base, COVE_PUBLISHER_GITHUB: site.base }
  const made = await makeGround({ machine: { os: 'linux', arch: 'amd64' }, env, ...(home ? { home } : {}) })
  if (!home) grounds.push(made)
  return made
}
const newestOf = (at: Ground, name: ToolName) => at.toolchain.snapshot().find((tool) => tool.name === name)?.newest

test('nobody is asked until somebody wants to know; then every publisher is, and the answers stay with their age', async () => {
  const at = await ground()
  await putProgram(join(at.bin, 'kubectl'), toolScript('kubectl', 'v1.33.4'))
  await at.toolchain.refresh()
  expect(newestOf(at, 'kubectl')).toEqual({ version: null, patches: {}, asOf: null, error: null, asking: false })
  expect(site.requests).toEqual([])

  const before = Date.now()
  const tools = await at.toolchain.askNewest()
  expect(tools.map(({ name, newest }) => [name, newest.version])).toEqual([
    ['kubectl', 'v1.35.2'],
    ['kind', 'v0.34.0'],
    ['minikube', 'v1.39.0'],
    ['docker', 'v29.1.3'],
    ['kubeadm', 'v1.35.2'],
    ['helm', 'v4.1.0'],
  ])
  // The copy here is of 1.33, so the newest of that is told as well.
  expect(newestOf(at, 'kubectl')).toMatchObject({ patches: { '1.33': 'v1.33.9' }, error: null, asking: false })
  expect(newestOf(at, 'kubectl')?.asOf).toBeGreaterThanOrEqual(before)
  expect(site.requests.filter((request) => request.includes('stable-'))).toEqual(['GET /release/stable-1.33.txt'])

  // Known to the next Cove, which asks nobody either.
  const asked = site.requests.length
  const next = await ground(at.homeDir)
  expect(newestOf(next, 'kind')).toMatchObject({ version: 'v0.34.0', asOf: newestOf(at, 'kind')?.asOf })
  expect(site.requests).toHaveLength(asked)
})

test('one publisher that does not answer takes nothing from the others, and what was known stays with its age', async () => {
  const at = await ground()
  await at.toolchain.askNewest()
  const known = newestOf(at, 'kubectl')
  site.put('release/stable.txt', '<html>sign in</html>', null)
  site.damage('helm/helm/releases/latest', (_, response) => {
    response.writeHead(503).end()
    return true
  })
  await at.toolchain.askNewest()
  expect(newestOf(at, 'kubectl')).toMatchObject({ version: 'v1.35.2', asOf: known?.asOf, error: { code: 'download-not-a-program' } })
  expect(newestOf(at, 'helm')).toMatchObject({ version: 'v4.1.0', error: { code: 'download-status', facts: { status: 503 } } })
  expect(newestOf(at, 'kind')).toMatchObject({ error: null })
})

test('a mirror has no word on what is newest', async () => {
  const at = await ground()
  at.settings.set({ mirrors: { kubernetes: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' } })
  await at.toolchain.askNewest()
  expect(newestOf(at, 'kubectl')).toMatchObject({ version: 'v1.35.2', error: null })
})

test('with the leave of the settings it is asked when tools are shown, once a day and not more', async () => {
  const at = await ground()
  at.settings.set({ askNewest: true })
  at.toolchain.snapshot()
  at.toolchain.snapshot()
  await vi.waitFor(() => expect(newestOf(at, 'kind')).toMatchObject({ version: 'v0.34.0', asking: false }), { timeout: 10_000 })
  const asked = site.requests.length
  at.toolchain.snapshot()
  await at.toolchain.refresh()
  expect(site.requests).toHaveLength(asked)
  expect(site.requests.filter((request) => request === 'GET /release/stable.txt').length).toBe(2)
})

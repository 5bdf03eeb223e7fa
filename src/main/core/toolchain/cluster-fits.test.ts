import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Cluster } from '#shared/contract/clusters.ts'
import { clusterFitSchema } from '#shared/contract/toolchain.ts'
import { clusterFits } from './cluster-fits.ts'
import { type Ground, makeGround, putProgram, toolScript } from './fixtures/ground.ts'

const grounds: Ground[] = []
afterEach(async () => {
  await Promise.all(grounds.splice(0).map((ground) => ground.dispose()))
})

const file = '/home/ann/.kube/config'
const cluster = (name: string, led = true) => ({ name, context: led ? { file, name } : null }) as Cluster
const seen: Record<string, string> = { near: 'v1.33.4', old: 'v1.31.4+k3s1', older: 'v1.29.3' }

/** A machine with kubectl v1.34.4 on its PATH and v1.30.2 in a usual folder, and what it says of the clusters. */
async function machine(...clusters: Cluster[]) {
  const base = await makeGround()
  const known = join(base.homeDir, 'known')
  const at = await makeGround({ home: base.homeDir, machine: { os: 'linux', arch: 'amd64' }, env: { COVE_TOOL_FOLDERS: known } })
  grounds.push(at)
  const usual = await putProgram(join(at.bin, 'kubectl'), toolScript('kubectl', 'v1.34.4'))
  const other = await putProgram(join(known, 'kubectl'), toolScript('kubectl', 'v1.30.2'))
  await at.toolchain.refresh()
  const fits = async () => {
    const found = await clusterFits({
      toolchain: at.toolchain,
      clusters: { snapshot: async () => ({ clusters, sources: [] }) },
      kubeconfig: { snapshot: async () => ({ files: [], contexts: [], current: { file, name: 'old' }, dangling: null }) },
      versions: { of: async ({ name }) => (seen[name] ? { version: seen[name], asOf: 7 } : null) },
    })
    return found.map((fit) => clusterFitSchema.parse(fit))
  }
  return { at, usual, other, fits }
}

test('every cluster that a context leads to, the current one first, with what each copy is to it', async () => {
  const { usual, other, fits } = await machine(cluster('near'), cluster('old'), cluster('unseen'), cluster('unreachable', false))
  const [old, near, unseen, ...rest] = await fits()
  expect(rest).toEqual([])
  expect(old).toEqual({
    name: 'old',
    context: { file, name: 'old' },
    kubernetes: 'v1.31.4+k3s1',
    asOf: 7,
    state: 'other',
    path: other,
    copies: [
      { path: usual, version: 'v1.34.4', ahead: 3 },
      { path: other, version: 'v1.30.2', ahead: -1 },
    ],
    download: null,
  })
  expect(near).toMatchObject({ name: 'near', state: 'used', path: usual, download: null })
  expect(unseen).toMatchObject({
    kubernetes: null,
    state: 'unknown',
    path: usual,
    copies: [{ ahead: null }, { ahead: null }],
    download: null,
  })
})

test('where no copy fits: what would, and from where; not where one was chosen by hand', async () => {
  const { at, usual, other, fits } = await machine(cluster('older'))
  expect((await fits())[0]).toMatchObject({ state: 'other', path: other })
  await at.toolchain.choose('kubectl', usual)
  expect((await fits())[0]).toMatchObject({ state: 'chosen', path: usual, download: null })
  await at.toolchain.choose('kubectl', null)
  await putProgram(other, toolScript('kubectl', 'v1.32.0'))
  await at.toolchain.refresh()
  const url = 'https://dl.k8s.io/release/v1.29.3/bin/linux/amd64/kubectl'
  expect((await fits())[0]).toMatchObject({
    state: 'none',
    path: usual,
    download: { tool: 'kubectl', version: 'v1.29.3', url, digestFrom: `${url}.sha256` },
  })
})

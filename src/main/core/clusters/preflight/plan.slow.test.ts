import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { specOf } from '../fixtures/spec.ts'
import { test } from '../fixtures/test.ts'

vi.setConfig({ testTimeout: 60_000 })

const spec: CreateSpec = specOf()
const causes = (findings: readonly { level: string; cause: string }[]) => findings.map(({ level, cause }) => `${level} ${cause}`)

test.concurrent('a plan says what may disturb the cluster, and can still be carried out', async ({ ground }) => {
  await ground.set('images', 'kindest/node:v1.31.4\n')
  const document = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraMounts: [{ hostPath: ${ground.baseDir}/nowhere, containerPath: /x }, { hostPath: ${ground.baseDir}, containerPath: /y }]
networking: { podSubnet: 127.0.0.0/8 }
`
  const { findings, problems, steps } = await ground.clusters.plan({ ...spec, document })
  expect(problems).toEqual([])
  expect(causes(findings)).toContain('warning mount-missing')
  expect(findings.find(({ cause }) => cause === 'mount-missing')?.facts).toEqual({ path: `${ground.baseDir}/nowhere` })
  // The kubectl of this machine is three minor versions ahead, so one that fits is fetched.
  expect(steps.find(({ id }) => id === 'download-kubectl')?.facts).toMatchObject({ version: 'v1.31.4' })

  // The one that was chosen by hand is used, and what that means is said.
  const kubectl = (await ground.toolchain.resolve('kubectl')).path
  await ground.toolchain.choose('kubectl', kubectl)
  const chosen = await ground.clusters.plan({ ...spec, document })
  expect(chosen.steps.map(({ id }) => id)).not.toContain('download-kubectl')
  expect(causes(chosen.findings)).toContain('warning kubectl-skew')
  expect(chosen.findings.find(({ cause }) => cause === 'kubectl-skew')?.facts).toEqual({ kubectl: 'v1.34.4', kubernetes: 'v1.31.4' })
})

test.concurrent('what the machine cannot do stops the create before anything is made', async ({ ground }) => {
  // The scripted engine has 4 GB.
  const many = { ...spec, controlPlanes: 9 }
  const { findings, problems } = await ground.clusters.plan(many)
  expect(causes(findings)).toContain('problem memory-low')
  expect(problems).toMatchObject([{ code: 'memory-low', facts: { availableMiB: 3814, neededMiB: 5400 } }])
  const { jobId } = await ground.clusters.create(many)
  const job = await ground.jobs.done(jobId)
  expect(job).toMatchObject({ state: 'failed', error: { code: 'memory-low' }, left: [] })
  expect(job.steps.find((step) => step.state === 'failed')?.id).toBe('check-machine')
  expect(await ground.remains()).toMatchObject({ containers: [], volumes: [] })
})

test.concurrent('a plan says how long each part took on this machine, with this tool and as many nodes', async ({ ground }) => {
  const took = (workers: number) =>
    ground.clusters
      .plan({ ...spec, workers })
      .then(({ steps }) => Object.fromEntries(steps.map(({ id, usualMs }) => [id, usualMs])) as Record<string, number | null>)
  const folder = join(ground.dataDir, 'jobs')
  await mkdir(folder, { recursive: true })
  await ground.set('images', '')
  await writeFile(
    join(folder, 'usual.json'),
    JSON.stringify({
      'cluster.create/pull-image/kind': [40_000, 44_000, 90_000],
      'cluster.create/prepare-nodes/kind/1': [4_000],
      'cluster.create/start-control-plane/kind': [5_000],
      'cluster.create/start-control-plane/minikube': [70_000],
      'cluster.create/start-control-plane': [80_000],
      'cluster.create/wait-nodes/kind/1': [20_000],
      'cluster.create/add-context/kind': [300],
    }),
  )
  // What was never measured stands at its default.
  const one = 4_000 + 500 + 5_000 + 500 + 600
  expect(await took(0)).toMatchObject({ 'pull-image': 44_000, create: one, wait: 20_000 + 1_500, context: 300 })
  expect(await took(1)).toMatchObject({ create: one - 4_000 + (1_300 + 2 * 700) + (10_000 + 1_500), wait: 8_500 + 1_500 })
})

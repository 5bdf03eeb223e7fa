import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Engine } from '#shared/contract/toolchain.ts'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import { createChanges } from '../../changes.ts'
import { createExec } from '../../exec/exec.ts'
import { makeGround } from '../../providers/minikube/fixtures/ground.ts'
import { specOf } from '../fixtures/spec.ts'
import { diskProblem, engineDiskProblem } from './disk.ts'
import { nothingFound } from './extras.ts'
import { lookAtMachine, machineFindings } from './machine-findings.ts'
import { wishOf } from './wish.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0

let folder = ''
let exec: ReturnType<typeof createExec>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove 磁盘 '))
  exec = createExec({ dataDir: join(folder, 'data'), env: process.env, homeDir: folder, changes: createChanges() })
})
afterEach(async () => {
  await exec.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** A docker that says this, whatever it is asked. */
async function docker(says: string): Promise<string> {
  const file = join(folder, 'docker')
  await writeFile(file, `#!/bin/sh\ncat <<'END'\n${says}\nEND\n`)
  await chmod(file, 0o755)
  return file
}

/** With a small disk at `path` while `work` runs. */
async function onSmallDisk(path: string, work: () => Promise<void>): Promise<void> {
  await mkdir(path, { recursive: true })
  await exec.check({ file: '/bin/mount', args: ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', path] })
  try {
    await work()
  } finally {
    await exec.check({ file: '/bin/umount', args: ['-l', path] })
  }
}

test.runIf(canMount)('a disk that is nearly full is found by the folder of the engine, and by a folder that is not there yet', async () => {
  const small = join(folder, 'small')
  const root = join(small, 'docker')
  const ask = async (endpoint: string | null = null) => engineDiskProblem(await docker(root), endpoint, exec)
  await onSmallDisk(small, async () => {
    // Inside a virtual machine it would be another folder than one of that name here.
    expect(await ask()).toBeNull()
    await mkdir(root)
    expect(await ask()).toMatchObject({ code: 'disk-full', facts: { path: root } })
    expect(await ask('tcp://127.0.0.1:2375')).toBeNull()
    expect(await diskProblem(join(small, 'a', 'b'))).toMatchObject({ code: 'disk-full', facts: { path: join(small, 'a', 'b') } })
  })
  await mkdir(root, { recursive: true })
  expect(await ask()).toBeNull()
})

test.runIf(canMount)("machines of minikube's own are stopped by the disk of its folder, those of the engine are not", async () => {
  const at = await makeGround()
  try {
    await at.replay({ command: 'config defaults', stdout: '["v1.34.4"]' })
    const plan = async (driver: string) => {
      const document = `kind: MinikubeCluster\napiVersion: cove/v1alpha1\ndriver: ${driver}\n`
      const { problems } = await at.clusters.plan(createSpecSchema.parse({ name: 'one', provider: 'minikube', document }))
      return problems.filter(({ code }) => code === 'disk-full').map(({ facts }) => facts['path'])
    }
    await onSmallDisk(join(at.home, '.minikube'), async () => {
      expect(await plan('kvm2')).toEqual([join(at.home, '.minikube', 'machines')])
      expect(await plan('docker')).toEqual([])
      expect(await plan('ssh')).toEqual([])
    })
  } finally {
    await at.dispose()
  }
})

// As `docker info` says it where systemd has delegated nothing but the number of processes: https://kind.sigs.k8s.io/docs/user/rootless/
test('limits that were not delegated to a rootless engine are read from its own words', async () => {
  const engine = { rootless: true, cgroupVersion: '2', endpoint: null, product: null, cpus: 4, memoryBytes: 16e9 } as Engine
  const spec = specOf()
  const ground = { wish: wishOf(spec, null), extras: nothingFound, engine }
  const asked = { toolchain: { snapshot: () => [] }, spec, ...ground, clusters: [], madeFrom: () => null }
  const found = async (says: string) => {
    const looked = await lookAtMachine({ wish: ground.wish, engine, docker: await docker(says) }, exec)
    return machineFindings({ ...asked, looked }).filter(({ cause }) => cause === 'rootless-limits')
  }
  expect(await found('{"MemoryLimit":false,"PidsLimit":true,"CPUShares":false}')).toMatchObject([
    { level: 'problem', facts: { reason: 'Delegate=yes: memory, cpu' } },
  ])
  expect(await found('{"MemoryLimit":true,"PidsLimit":true,"CPUShares":true}')).toEqual([])
  expect(await found('not JSON')).toEqual([])
})

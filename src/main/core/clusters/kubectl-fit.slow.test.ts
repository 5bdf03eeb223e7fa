import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Publisher, startPublisher } from '../toolchain/fixtures/publisher.ts'
import { machineOf, machineSigns } from '../toolchain/machine.ts'
import { createGround, type Ground } from './fixtures/ground.ts'
import { specOf } from './fixtures/spec.ts'

vi.setConfig({ testTimeout: 120_000 })

// The kubectl of the scripted machine is v1.34.4.
const kubernetes = 'v1.31.4'
const { os, arch } = machineOf(machineSigns(process.env))
const path = `release/${kubernetes}/bin/${os}/${arch}/kubectl`
const kubectl = `#!/bin/sh
case "$*" in
*--client*) echo '{"clientVersion":{"gitVersion":"${kubernetes}"}}' ;;
*) exec "$COVE_FAKE_NODE" "$COVE_FAKE_TOOLS" kubectl "$@" ;;
esac
`
let site: Publisher
let ground: Ground

beforeEach(async () => {
  site = await startPublisher()
  ground = await createGround(undefined, { COVE_PUBLISHER_KUBERNETES: site.base })
  await ground.set('images', `kindest/node:${kubernetes}\n`)
})
afterEach(async () => {
  await ground.dispose()
  await site.close()
})

/** Programs that asked the new cluster. */
const askers = () =>
  new Set(ground.exec.commands({ limit: 500 }).flatMap(({ argv }) => (argv.some((arg) => arg.startsWith('--cache-dir=')) ? [argv[0]] : [])))

test('a cluster that no kubectl here fits is made with one that does, said before and fetched as a step', async () => {
  site.put(path, kubectl)
  const { steps } = await ground.clusters.plan(specOf())
  expect(steps.find(({ id }) => id === 'download-kubectl')?.facts).toEqual({ version: kubernetes, url: `${site.base}/${path}` })
  const job = await ground.create()
  expect(job).toMatchObject({ state: 'succeeded' })
  expect(job.steps.find(({ id }) => id === 'download-kubectl')).toMatchObject({ state: 'done', facts: { version: kubernetes } })
  expect([...askers()]).toEqual([join(ground.toolchain.binDir, 'kubectl', kubernetes, 'kubectl')])
  // Everything else keeps the one that was there.
  expect(await ground.toolchain.resolve('kubectl')).toMatchObject({ version: 'v1.34.4', origin: 'path' })
})

test('where it cannot be had the cluster is made all the same, and the step says that it failed', async () => {
  const job = await ground.create()
  expect(job).toMatchObject({ state: 'succeeded', error: null })
  expect(job.steps.find(({ id }) => id === 'download-kubectl')).toMatchObject({ state: 'failed' })
  expect([...askers()]).toEqual([(await ground.toolchain.resolve('kubectl')).path])
  expect(await readdir(join(ground.toolchain.binDir, 'kubectl'))).toEqual([])
})

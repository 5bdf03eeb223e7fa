import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createGround, type Ground } from '#core/clusters/fixtures/ground.ts'
import { specOf } from '#core/clusters/fixtures/spec.ts'
import { commandTexts, extraCommands } from './command-text.ts'
import { viewOf } from './document/form.ts'

const source =
  'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\nnodes: [{role: control-plane}, {role: worker}, {role: worker}]\n'
const documentWith = (manifest: string) => `${source}---
kind: ClusterExtras
apiVersion: cove/v1alpha1
registry: {name: my-registry, port: 5005}
mirrors: {docker.io: ["https://a.test", "https://b.test"], "ghcr.io": ["https://c.test"]}
images: ["web:1"]
manifests: [${JSON.stringify(manifest)}]
`
const nodes = ['dev-control-plane', 'dev-worker', 'dev-worker2']
const registries = ['localhost:5005', 'docker.io', 'ghcr.io']

/** What a create leaves in the engine and in the cluster. */
async function outcome(ground: Ground) {
  const files = nodes.flatMap((node) => registries.map(async (one) => ground.written(node, `/etc/containerd/certs.d/${one}/hosts.toml`)))
  const { containers, attached } = await ground.remains()
  // By the label Cove knows its own again, should it have to take it back.
  const aside = (word: string) => word === '--pull=never' || word.startsWith('--label=cove.registry=')
  const run = (await ground.calls('docker', 'run')).map((call) => call.filter((word) => !aside(word)))
  return {
    containers,
    attached,
    run,
    files: await Promise.all(files),
    applied: (await ground.applied()).map(({ from, context, text }) => ({ from, context, text: text?.trim() ?? null })),
  }
}

test('what is copied does in a shell what Cove does, and once more does no harm', { timeout: 120_000 }, async () => {
  const cove = await createGround()
  const shell = await createGround()
  const manifest = join(shell.baseDir, 'a b.yaml')
  const document = documentWith(manifest)
  try {
    await writeFile(manifest, 'kind: Namespace\n')
    for (const ground of [cove, shell]) await ground.set('images', 'kindest/node:v1.34.4\nweb:1\nregistry:2\n')
    const spec = specOf({ name: 'dev', document, workers: 2 })
    expect((await cove.create(spec)).state).toBe('succeeded')

    const { commands } = await shell.clusters.plan(spec)
    const view = viewOf(document)
    if (view?.provider !== 'kind') throw new Error('no document of kind')
    const after = extraCommands(view, 'dev')
    const { whole, more } = commandTexts(commands, source, after)
    expect(more).toBe(commands.length - 1 + after.length)
    const folder = shell.baseDir
    const env = {
      HOME: join(folder, 'home'),
      KUBECONFIG: join(folder, 'home', '.kube', 'config'),
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      COVE_FAKE: join(folder, 'engine'),
      COVE_FAKE_NODE: process.execPath,
      COVE_FAKE_TOOLS: resolve(import.meta.dirname, '../../../main/core/clusters/fixtures/tools.cjs'),
    }
    const run = (text: string) => promisify(execFile)('/bin/sh', ['-euc', text], { env, cwd: folder })
    await run(whole)
    expect(await outcome(shell)).toEqual(await outcome(cove))
    expect((await shell.calls('kind', 'load')).at(-1)).toEqual(['kind', 'load', 'docker-image', '--name=dev', '--', 'web:1'])

    // The registry is there and has joined: it is neither made nor joined again.
    const before = await shell.calls('docker')
    await run(after.join('\n'))
    const again = (await shell.calls('docker')).slice(before.length).filter(([, verb, what]) => verb === 'run' || what === 'connect')
    expect(again).toEqual([])
  } finally {
    await cove.dispose()
    await shell.dispose()
  }
})

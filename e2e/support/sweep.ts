import { execa } from 'execa'
import { nodesOf, removeCluster, removeMinikube } from './engine.ts'
import type { Ground } from './ground.ts'
import { hostNetwork, testLabel } from './labels.ts'

/**
 * Removes what an earlier run that was killed left in the engine: clusters under the names that tests and benches give, and containers of tests. What a
 * person has there under another name stays. `dev` is what one click makes; only the kit's own engine is sure to have it from a test.
 */
export async function sweep(ground: Ground): Promise<void> {
  if (ground.kind === 'none') return
  const ours = (name: string) => /^(?:cove|bench)-/.test(name) || (ground.kind === 'kit' && name === 'dev')
  const labels = async (label: string) =>
    [...new Set(await lines(['ps', '--all', `--filter=label=${label}`, `--format={{.Label "${label}"}}`]))].filter(ours)
  const said: string[] = []
  for (const name of await labels('io.x-k8s.kind.cluster')) {
    said.push(...(await nodesOf(name)))
    await removeCluster(name)
  }
  for (const name of await labels('name.minikube.sigs.k8s.io')) {
    said.push(name)
    await removeMinikube(name.replace(/-m\d+$/, ''))
  }
  const left = [
    ...(await lines(['ps', '--all', '--quiet', `--filter=label=${testLabel}`])),
    ...(await lines(['ps', '--all', '--quiet', '--filter=name=^cove-host-'])),
  ]
  if (left.length > 0) await execa('docker', ['rm', '--force', '--volumes', ...new Set(left)])
  await execa('docker', ['network', 'rm', hostNetwork], { reject: false })
  if (said.length + left.length > 0) console.log(`cove: removed from an earlier run: ${[...said, ...left].join(', ')}`)
}

async function lines(args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args)
  return stdout.split('\n').filter(Boolean)
}

import type { KubeadmLeftover } from '#shared/contract/kubeadm.ts'
import { kubernetesRules } from './chains.ts'
import { check, type Work } from './host.ts'
import { nftTables, ruleCommands } from './leftovers.ts'

/**
 * Removes these and nothing else. One that cannot be removed does not keep the others: what is still there, the look afterwards says.
 * Throws `cancelled`, and as `Target.run` where the host is gone.
 */
export async function removeLeftovers(work: Work, items: readonly KubeadmLeftover[], podSubnet: string | null): Promise<void> {
  for (const item of items) {
    work.job.signal.throwIfAborted()
    await remove(work, item, podSubnet).catch((error: unknown) => {
      if (work.job.signal.aborted) throw error
    })
  }
}

async function remove(work: Work, { kind, name }: KubeadmLeftover, podSubnet: string | null): Promise<void> {
  switch (kind) {
    case 'cni-file':
    case 'kubernetes-file':
    case 'kubeconfig':
      await check(work, ['rm', '-rf', '--', name])
      // The folder is the package's; kubeadm and kubelet expect it.
      if (name === '/etc/kubernetes/manifests') await check(work, ['mkdir', '-p', '--', name])
      return
    case 'cni-state':
    case 'etcd-data':
      await check(work, ['rm', '-rf', '--', name])
      return
    case 'kubelet-data':
      await check(work, ['find', name, '-mindepth', '1', '-xdev', '-delete'])
      return
    case 'rules': {
      const table = nftTables.find((one) => one.name === name)
      if (table !== undefined) {
        await check(work, ['nft', 'delete', 'table', table.family, 'kube-proxy'])
        return
      }
      const command = ruleCommands.find((one) => one === name)
      if (command === undefined) return
      const saved = await check(work, [`${command}-save`], { quiet: true })
      const { restore } = kubernetesRules(saved.stdout, podSubnet)
      if (restore !== '') await check(work, [`${command}-restore`, '--noflush'], { input: restore })
      return
    }
    case 'ipvs':
      await check(work, ['ipvsadm', '--clear'])
      return
    case 'interface':
      await check(work, ['ip', 'link', 'delete', 'dev', name])
      return
    case 'route':
      await check(work, ['ip', 'route', 'delete', ...name.split(' ')])
      return
  }
}

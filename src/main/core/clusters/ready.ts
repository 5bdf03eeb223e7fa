import { z } from 'zod'
import { createAsk } from './ask.ts'
import type { ClustersDeps, Ready } from './types.ts'

/** Asks through kubectl; these are polls, so they are not kept in the journal. */
export function createReady(deps: Pick<ClustersDeps, 'exec' | 'toolchain' | 'versions'>): Ready {
  const { text: ask, json: get, lines } = createAsk(deps)

  return {
    nodes: async (kubeconfig, context, signal, since) => {
      // A node renews its lease every 10 s: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats
      const what = since === undefined ? ['get', 'nodes'] : ['--namespace=kube-node-lease', 'get', 'nodes,leases.coordination.k8s.io']
      const { items } = nodeList.parse(await get(kubeconfig, context, what, signal))
      const alive = new Set(
        items.filter((item) => Date.parse(item.spec?.renewTime ?? '') >= (since ?? 0)).map((item) => item.metadata?.name),
      )
      const nodes = items.filter((item) => item.kind !== 'Lease')
      const ready = nodes.filter(
        (node) =>
          (since === undefined || alive.has(node.metadata?.name)) &&
          node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
      )
      return { total: nodes.length, ready: ready.length }
    },
    dns: async (kubeconfig, context, signal, since) => {
      // CoreDNS is ready when its `ready` plugin says that every plugin answers, the kubernetes one too: https://coredns.io/plugins/ready/
      const query = ['--namespace=kube-system', 'get', 'deployments,endpointslices', '--selector=k8s-app=kube-dns']
      const { items } = dnsList.parse(await get(kubeconfig, context, query, signal))
      const available = items.some((item) => item.kind === 'Deployment' && (item.status?.availableReplicas ?? 0) > 0)
      const answering = items.some((item) => item.kind === 'EndpointSlice' && item.endpoints?.some((one) => one.conditions?.ready === true))
      if (!available || !answering || since === undefined) return available && answering
      const servers = items
        .flatMap((item) => item.endpoints ?? [])
        .flatMap(({ targetRef }) => (targetRef?.name === undefined ? [] : [targetRef.name]))
      for (const pod of servers) {
        const path = `/api/v1/namespaces/kube-system/pods/${encodeURIComponent(pod)}:8181/proxy/ready`
        await ask(kubeconfig, context, ['get', '--raw', path], signal)
      }
      return servers.length > 0
    },
    follow: async function* (kubeconfig, context, what, signal) {
      const { args, says, ready } = followed[what]
      // A template is applied to each object of a watch, not to the list: https://github.com/kubernetes/kubectl/blob/v0.34.4/pkg/cmd/get/get.go
      const output = `--output=jsonpath={.metadata.name} ${says}{"\\n"}`
      const stream = await lines(kubeconfig, context, ['get', ...args, '--watch', output], signal)
      // How it ended is nobody's concern: who listens asks by himself then.
      stream.result.catch(() => undefined)
      for await (const line of stream) {
        if (line.stream !== 'stdout') continue
        const [name = '', ...said] = line.text.split(' ')
        yield { name, ready: ready(said) }
      }
    },
  }
}

const ofDns = ['--namespace=kube-system', '--selector=k8s-app=kube-dns'] as const
const followed = {
  nodes: {
    args: ['nodes'],
    says: '{.status.conditions[?(@.type=="Ready")].status}',
    ready: ([said]: readonly string[]) => said === 'True',
  },
  'dns-deployment': {
    args: ['deployments', ...ofDns],
    says: '{.status.availableReplicas}',
    ready: ([said]: readonly string[]) => Number(said) > 0,
  },
  'dns-endpoints': {
    args: ['endpointslices', ...ofDns],
    says: '{.endpoints[*].conditions.ready}',
    ready: (said: readonly string[]) => said.includes('true'),
  },
} as const

const nodeList = z.object({
  items: z.array(
    z.object({
      kind: z.string().optional(),
      metadata: z.object({ name: z.string() }).optional(),
      spec: z.object({ renewTime: z.string().nullish() }).optional(),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() }).optional(),
    }),
  ),
})
const dnsList = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      status: z.object({ availableReplicas: z.number().optional() }).optional(),
      endpoints: z
        .array(
          z.object({
            conditions: z.object({ ready: z.boolean().nullish() }).optional(),
            targetRef: z.object({ name: z.string().optional() }).optional(),
          }),
        )
        .nullish(),
    }),
  ),
})

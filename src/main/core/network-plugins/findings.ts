import type { NetworkFinding, NetworkLook } from '#shared/contract/network.ts'
import { networkPlugins } from '#shared/messages/network-plugins.ts'
import { familyOf, isWithin, overlap } from './cidr.ts'

type Seen = Omit<NetworkLook, 'findings' | 'gaps' | 'installs'> & {
  /** The DaemonSets could be asked: only then is "no plugin" more than "none seen". */
  readonly asked: boolean
}

/** What does not fit, the worst first. Pure. */
export function findingsOf(seen: Seen): NetworkFinding[] {
  return [...withoutPlugin(seen), ...ofPlugins(seen), ...ofFiles(seen), ...ofRanges(seen), ...ofServices(seen)].sort(
    (a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'),
  )
}

/** The kubelet's own words where the runtime has no configuration: `… cni plugin not initialized`. */
const uninitialized = /cni plugin not initialized|cni config uninitialized|network plugin is not ready/i

function withoutPlugin({ plugins, nodes, asked }: Seen): NetworkFinding[] {
  const waiting = nodes.filter(({ ready, reason }) => !ready && uninitialized.test(reason ?? ''))
  // A plugin that is being put on the nodes has a DaemonSet before it has files.
  if (plugins.length > 0 || !asked || (waiting.length === 0 && !nodes.some(({ files }) => files !== null))) return []
  return [{ id: 'no-plugin', level: 'problem', facts: { nodes: waiting.map(({ name }) => name).join(', '), count: waiting.length } }]
}

function ofPlugins({ plugins, nodes }: Seen): NetworkFinding[] {
  const found: NetworkFinding[] = []
  for (const { id, name, workload } of plugins) {
    if (workload !== null && workload.ready < workload.desired)
      found.push({ id: 'plugin-not-ready', level: 'problem', facts: { plugin: name, ready: workload.ready, desired: workload.desired } })
    const ended = networkPlugins[id].ended
    if (ended !== null) found.push({ id: 'ended', level: 'warning', facts: { plugin: name, year: ended.year, page: ended.page } })
    if ((id === 'bridge' || id === 'ptp') && workload === null && nodes.length > 1)
      found.push({ id: 'no-routes', level: 'warning', facts: { plugin: name } })
  }
  const daemons = plugins.filter(({ workload }) => workload !== null)
  if (daemons.length > 1)
    found.push({ id: 'several-plugins', level: 'warning', facts: { plugins: daemons.map(({ name }) => name).join(', ') } })
  return found
}

function ofFiles({ nodes }: Seen): NetworkFinding[] {
  return nodes.flatMap(({ name: node, files, podCidrs }): NetworkFinding[] => {
    const taken = files?.find((one) => one.taken)
    if (!files || !taken) return []
    const others = files.filter((one) => one !== taken)
    const facts = { node, file: taken.path }
    const outside = taken.ranges.filter(
      (range) => podCidrs.some((own) => familyOf(own) === familyOf(range)) && !podCidrs.some((own) => isWithin(range, own)),
    )
    return [
      ...(taken.fault === null ? [] : [{ id: 'config-invalid', level: 'problem', facts: { ...facts, reason: taken.fault } } as const]),
      ...(taken.missing?.length
        ? [{ id: 'program-missing', level: 'problem', facts: { ...facts, programs: taken.missing.join(', ') } } as const]
        : []),
      ...(outside.length > 0
        ? [
            {
              id: 'file-range-differs',
              level: 'problem',
              facts: { ...facts, range: outside.join(', '), wanted: podCidrs.join(', ') },
            } as const,
          ]
        : []),
      ...(others.length > 0
        ? [{ id: 'several-files', level: 'warning', facts: { ...facts, others: others.map(({ path }) => path).join(', ') } } as const]
        : []),
    ]
  })
}

function ofRanges({ plugins, pluginCidrs, clusterCidrs, nodes }: Seen): NetworkFinding[] {
  const outside = pluginCidrs.filter(
    ({ plugin, cidr }) =>
      clusterCidrs.some((own) => familyOf(own) === familyOf(cidr)) &&
      // What a plugin of node ranges is told is the whole network; a pool is a part of it.
      !clusterCidrs.some((own) => (networkPlugins[plugin].addresses === 'node' ? isWithin(own, cidr) : isWithin(cidr, own))),
  )
  const lacking = nodes.filter(({ podCidrs }) => podCidrs.length === 0)
  const needing = plugins.find(({ id }) => id !== 'unknown' && networkPlugins[id].addresses === 'node')
  return [
    ...outside.map(
      ({ plugin, cidr, from }): NetworkFinding => ({
        id: 'plugin-range-outside',
        level: 'problem',
        facts: { plugin: networkPlugins[plugin].name, range: cidr, from, wanted: clusterCidrs.join(', ') },
      }),
    ),
    ...(needing !== undefined && lacking.length > 0
      ? [
          {
            id: 'pod-range-missing',
            level: 'problem',
            facts: { plugin: needing.name, nodes: lacking.map(({ name }) => name).join(', ') },
          } as const,
        ]
      : []),
  ]
}

function ofServices({ serviceCidrs, clusterCidrs, pluginCidrs }: Seen): NetworkFinding[] {
  const pods = [...new Set([...clusterCidrs, ...pluginCidrs.map(({ cidr }) => cidr)])]
  for (const service of serviceCidrs)
    for (const range of pods) if (overlap(range, service)) return [{ id: 'service-overlap', level: 'problem', facts: { range, service } }]
  return []
}

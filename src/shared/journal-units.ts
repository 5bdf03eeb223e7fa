/** Units of systemd on a node whose journals can be looked at; not every node has each. */
export const allJournalUnits = ['kubelet', 'containerd', 'crio', 'docker', 'cri-docker'] as const
export type JournalUnit = (typeof allJournalUnits)[number]

/**
 * Those that a node has by its runtime, as a cluster names it (`cri-o`) or the API does (`cri-o://1.33.0`); of one that is not known those of containerd. Under
 * docker the kubelet speaks to cri-dockerd (https://kubernetes.io/docs/setup/production-environment/container-runtimes/#docker). Pure.
 */
export function journalUnits(runtime: string | null): readonly JournalUnit[] {
  switch (runtime?.replace(/:\/\/.*$/, '')) {
    case 'cri-o':
    case 'crio':
      return ['kubelet', 'crio']
    case 'docker':
      return ['kubelet', 'cri-docker', 'docker']
    default:
      return ['kubelet', 'containerd']
  }
}

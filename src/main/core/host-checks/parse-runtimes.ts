import type { CriAnswer, HostFacts } from './facts.ts'

/** The first version in a text, with the v of Kubernetes: `v1.34.4`. */
export function versionIn(text: string): string | null {
  const found = /\bv?(\d+\.\d+\.\d+(?:[-+~][0-9A-Za-z.+~-]+)?)/.exec(text)?.[1]
  return found === undefined ? null : `v${found}`
}

/** `== socket`, then what `crictl version` said, `-- info` some lines of JSON, `-- config` what `crictl runtime-config` said. Pure. */
export function parseCri(lines: readonly string[]): CriAnswer[] {
  const answers: CriAnswer[] = []
  const blocks = lines.join('\n').split(/^== /m).slice(1)
  for (const block of blocks) {
    const [head = '', info = '', config = ''] = block.split(/^-- (?:info|config)\n?/m)
    const [socket = '', ...version] = head.split('\n')
    const said = version.join('\n')
    const value = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(said)?.[1] ?? null
    const name = value('RuntimeName')
    const told = /cgroup_?driver"?:\s*"?(systemd|cgroupfs)/i.exec(config)?.[1]?.toLowerCase()
    const systemdCgroup = /"systemdCgroup":\s*(true|false)/i.exec(info)?.[1]
    const driver = told ?? (systemdCgroup === undefined ? undefined : systemdCgroup === 'true' ? 'systemd' : 'cgroupfs')
    answers.push({
      socket,
      name,
      version: versionIn(value('RuntimeVersion') ?? ''),
      api: value('RuntimeApiVersion'),
      driver: driver === 'systemd' || driver === 'cgroupfs' ? driver : null,
      tellsDriver: told !== undefined,
      error: name === null ? (said.trim().split('\n').at(-1) ?? '').slice(0, 300) : null,
    })
  }
  return answers
}

/**
 * Lines of `containerd config dump` that matter: its version, plugins that are off, and for the runtime `runc` whether systemd manages cgroups.
 * https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd-systemd Pure.
 */
export function parseContainerd(lines: readonly string[]): Extract<HostFacts['containerdConfig'], { known: true }>['value'] {
  let section = ''
  let systemd = false
  for (const line of lines) {
    const head = /^\s*\[(.*)\]\s*$/.exec(line)
    if (head) section = (head[1] ?? '').replaceAll(/["']/g, '')
    else if (/containerd\.runtimes\.[^.]+\.options$/.test(section) && /^\s*SystemdCgroup\s*=\s*true/.test(line)) systemd = true
  }
  const text = lines.join('\n')
  const version = /^version\s*=\s*(\d+)/m.exec(text)?.[1]
  return {
    version: version === undefined ? null : Number(version),
    driver: systemd ? 'systemd' : 'cgroupfs',
    criDisabled: /^\s*disabled_plugins\s*=\s*\[[^\]]*["'](?:cri|io\.containerd\.(?:grpc\.v1\.cri|cri\.v1\.runtime))["']/m.test(text),
  }
}

/** Files in the order in which CRI-O reads them; without a word it uses systemd. https://github.com/cri-o/cri-o/blob/main/docs/crio.conf.5.md Pure. */
export function parseCrioDriver(lines: readonly string[]): 'systemd' | 'cgroupfs' {
  const found = lines.flatMap((line) => /^cgroup_manager\s*=\s*["'](\w+)["']/.exec(line)?.[1] ?? []).at(-1)
  return found === 'cgroupfs' ? 'cgroupfs' : 'systemd'
}

import { parse as parseYaml } from 'yaml'
import { parseRoutes4, parseRoutes6 } from '../clusters/preflight/routes.ts'
import { known, unknown, type HostFacts, type Known, type Service, type Setting } from './facts.ts'
import { parseHolders, parseListeners } from './parse-ports.ts'
import { parseContainerd, parseCri, parseCrioDriver, versionIn } from './parse-runtimes.ts'
import { linesOf, nothing, read, readOrEmpty, type Sections, unreadSections } from './sections.ts'

/** Sections of the script as facts. Pure; what a section does not say is unknown, never empty. */
export function parseFacts(sections: Sections): HostFacts {
  const first = (name: string) => linesOf(sections, name)[0]?.trim() ?? ''
  const [os = '', kernel = '', arch = ''] = first('uname').split(' ')
  const release = osRelease(linesOf(sections, 'os-release'))
  const holders = sections.get('holders') ?? nothing
  return {
    unread: unreadSections(sections),
    root: first('user') === '0',
    user: first('user'),
    os,
    kernel,
    arch,
    system: release.get('PRETTY_NAME') ?? os,
    distribution: [release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(' ')].filter((word) => word !== ''),
    container: first('container') || 'none',
    init: first('init'),
    systemd: sections.get('systemd')?.code === 0,
    kernelConfig: read(sections, 'kernel-config', (lines) => ({
      file: lines[0]?.replace(/^# /, '') ?? '',
      options: pairs(lines.slice(1), '='),
    })),
    modules: new Map(linesOf(sections, 'modules').map((line) => line.split(' ') as [string, 'loaded'])),
    modulesAtBoot: readOrEmpty(sections, 'modules-load', (lines) =>
      inFiles(lines).flatMap(({ file, text }) => (/^[#;]/.test(text) || text === '' ? [] : [{ file, name: text.split(/\s+/)[0] ?? '' }])),
    ),
    sysctl: pairs(linesOf(sections, 'sysctl'), '='),
    sysctlFiles: readOrEmpty(sections, 'sysctl-files', settings),
    swaps: readOrEmpty(sections, 'swaps', (lines) =>
      lines.slice(1).map((line) => {
        const [name = '', , size = ''] = line.split(/\s+/)
        return { name, sizeBytes: Number(size) * 1024 }
      }),
    ),
    fstab: readOrEmpty(sections, 'fstab', (lines) => lines),
    swapUnits: readOrEmpty(sections, 'swap-units', swapUnits),
    kubeletConfig: read(sections, 'kubelet-config', yamlOf),
    kubeletFlags: flags(linesOf(sections, 'kubelet-flags')),
    cgroup: cgroup(linesOf(sections, 'cgroup'), kernel),
    sockets: [...new Set(linesOf(sections, 'sockets'))],
    cri: read(sections, 'cri', parseCri),
    containerdConfig: read(sections, 'containerd-config', parseContainerd),
    crioDriver: read(sections, 'crio-config', (lines) => parseCrioDriver(inFiles(lines).map(({ text }) => text))),
    dockerDriver: read(sections, 'docker-info', (lines) => driverOf(lines[0] ?? '')),
    containerdVersion: versionIn(first('containerd-version')),
    crioVersion: versionIn(linesOf(sections, 'crio-version').join(' ')),
    images: read(sections, 'images', (lines) => lines),
    etcdFiles: linesOf(sections, 'etcd-files').flatMap((line) => {
      const [, there, path = ''] = /^(yes|no|denied) (.+)$/.exec(line) ?? []
      return path === '' ? [] : [{ path, there: there as 'yes' | 'no' | 'denied' }]
    }),
    etcdVersions: read(sections, 'etcd-versions', (lines) =>
      lines.map((line) => {
        const [, address = '', said = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
        return { address, version: /"etcdserver": ?"([\d.]+)/.exec(said)?.[1] ?? null, said: said.trim() }
      }),
    ),
    services: read(sections, 'services', services),
    listening: parseListeners(linesOf(sections, 'listening'), parseHolders(holders.lines)),
    holders: holders.code === 0 ? known(true) : unknown(holders.code === 77 ? 'denied' : 'failed'),
    hostname: first('hostname'),
    hosts: linesOf(sections, 'hosts').join('\n'),
    resolves: resolves(sections),
    productUuid: read(sections, 'product-uuid', (lines) => lines[0]?.trim().toLowerCase() ?? ''),
    machineId: read(sections, 'machine-id', (lines) => lines[0]?.trim() ?? ''),
    cards: linesOf(sections, 'cards').flatMap((line) => {
      const [name = '', mac = '', kind] = line.split(' ')
      return mac === '' ? [] : [{ name, mac, device: kind === 'device' }]
    }),
    cpus: read(sections, 'cpus', (lines) => Number(lines[0])),
    memoryBytes: read(sections, 'memory', (lines) => Number(/^MemTotal:\s+(\d+)/.exec(lines[0] ?? '')?.[1] ?? 0) * 1024),
    space: space(linesOf(sections, 'space')),
    clock: read(sections, 'clock', (lines) => Number(lines[0])),
    ntpSynchronized: synchronized(linesOf(sections, 'clock')),
    selinux: sections.get('selinux')?.code === 0 ? (first('selinux') === '1' ? 'enforcing' : 'permissive') : 'off',
    selinuxConfig: sections.get('selinux-config')?.code === 0 ? linesOf(sections, 'selinux-config').join('\n') : null,
    apparmor: first('apparmor') === 'Y',
    firewalld: read(sections, 'firewalld', (lines) => ({
      running: lines.includes('state running'),
      ports: wordsBehind(lines, 'ports '),
      services: wordsBehind(lines, 'services '),
      permanent: { ports: wordsBehind(lines, 'permanent-ports '), services: wordsBehind(lines, 'permanent-services ') },
    })),
    ufw: read(sections, 'ufw', (lines) => ({
      active: lines.includes('Status: active'),
      rules: lines.filter((line) => / ALLOW/.test(line)),
    })),
    iptablesVersion: read(sections, 'iptables-version', (lines) => lines[0] ?? ''),
    iptablesRules: read(sections, 'iptables-rules', (lines) => lines),
    iptablesCount: read(sections, 'iptables-count', (lines) => ({ legacy: countOf(lines, 'legacy'), nft: countOf(lines, 'nft') })),
    nftHooks: read(sections, 'nft-hooks', (lines) => lines),
    tools: pairs(linesOf(sections, 'tools'), ' '),
    kubeadm: versionIn(first('kubeadm-version')),
    kubelet: versionIn(first('kubelet-version')),
    resolv: read(sections, 'resolv', (lines) => ({
      link: lines[0]?.replace(/^# link /, '') ?? '',
      nameservers: nameservers(lines),
      search: wordsBehind(lines, 'search '),
    })),
    resolvedUpstream: nameservers(linesOf(sections, 'resolved-upstream')),
    proxies: linesOf(sections, 'proxies').flatMap(proxy),
    routes: [...parseRoutes4(linesOf(sections, 'routes').join('\n')), ...parseRoutes6(linesOf(sections, 'routes6').join('\n'))],
    defaultRoute: hasDefaultRoute(sections),
    addresses: linesOf(sections, 'addresses').flatMap((line) => {
      const [, device = '', address = ''] = /^\d+: (\S+)\s+inet6? (\S+)/.exec(line) ?? []
      return address === '' || device === 'lo' || address.startsWith('fe80:') ? [] : [{ device, address }]
    }),
    there: new Map(linesOf(sections, 'there').map((line) => line.split(' ') as [string, 'yes'])),
    etcdDir: readOrEmpty(sections, 'etcd-dir', (lines) => lines),
    cniBin: readOrEmpty(sections, 'cni-bin', (lines) => lines),
    cniConf: readOrEmpty(sections, 'cni-conf', (lines) => lines),
  }
}

function pairs(lines: readonly string[], separator: string): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const at = line.indexOf(separator)
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + separator.length)]]
    }),
  )
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
function osRelease(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...pairs(lines, '=')].map(([key, value]) => [key, value.replace(/^(["'])(.*)\1$/, '$2')]))
}

/** `/etc/x:text`: paths of these files have no colon. */
function inFiles(lines: readonly string[]): { file: string; text: string }[] {
  return lines.map((line) => ({ file: line.slice(0, line.indexOf(':')), text: line.slice(line.indexOf(':') + 1).trim() }))
}

/** In the order in which systemd applies them: by file name, the one in /etc in place of others of the same name; sysctl.conf last. https://man7.org/linux/man-pages/man5/sysctl.d.5.html */
function settings(lines: readonly string[]): Setting[] {
  const name = (file: string) => file.slice(file.lastIndexOf('/') + 1)
  const all = inFiles(lines).flatMap(({ file, text }) => {
    const [, key = '', value = ''] = /^-?([^\s=#;]+)\s*=\s*(.*)$/.exec(text) ?? []
    return key === '' ? [] : [{ file, key: key.replaceAll('/', '.'), value: value.trim() }]
  })
  // The script lists folders from the weakest to the strongest.
  const strongest = new Map(all.map(({ file }) => [name(file), file]))
  return all
    .filter(({ file }) => strongest.get(name(file)) === file)
    .sort((a, b) => (name(a.file) < name(b.file) ? -1 : name(a.file) > name(b.file) ? 1 : 0))
}

/**
 * `dev-sda3.swap LoadState=loaded FragmentPath=/run/systemd/generator/dev-sda3.swap`; a masked one is not started. One without a file systemd has made out of
 * /proc/swaps: it says that swap is on, and turns none on at boot. https://www.freedesktop.org/software/systemd/man/latest/systemd.swap.html
 */
function swapUnits(lines: readonly string[]): { name: string; file: string }[] {
  return lines.flatMap((line) => {
    const [name = '', ...rest] = line.trim().split(/\s+/)
    const values = pairs(rest, '=')
    const file = values.get('FragmentPath') ?? ''
    return values.get('LoadState') === 'loaded' && file !== '' ? [{ name, file }] : []
  })
}

function yamlOf(lines: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseYaml(lines.join('\n'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function flags(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { text } of inFiles(lines)) {
    for (const [, name = '', value] of text.matchAll(/--([a-z0-9-]+)(?:[= ]([^\s"']+))?/g)) found.set(name, value ?? 'true')
  }
  return found
}

function cgroup(lines: readonly string[], kernel: string): HostFacts['cgroup'] {
  const type = lines.find((line) => line.startsWith('type '))?.slice(5)
  const unified = type === 'cgroup2fs' || (type !== undefined && /^(?:0x)?63677270$/i.test(type))
  const version = unified ? 2 : type === 'tmpfs' || lines.includes('memory-folder') ? 1 : null
  if (version !== 2) return { version, controllers: lines.flatMap((line) => (line.startsWith('v1 ') ? [line.slice(3)] : [])) }
  // The kernel always has devices, and freezer since 5.2: neither is in the list. https://github.com/kubernetes/system-validators
  const [major = 0, minor = 0] = kernel.split('.').map(Number)
  const freezer = lines.includes('freezer') || major > 5 || (major === 5 && minor >= 2)
  return { version, controllers: [...wordsBehind(lines, 'controllers '), 'devices', ...(freezer ? ['freezer'] : [])] }
}

export function driverOf(text: string): 'systemd' | 'cgroupfs' | null {
  return /\bsystemd\b/i.test(text) ? 'systemd' : /\bcgroupfs\b/i.test(text) ? 'cgroupfs' : null
}

/** Names on the first line, then a block for each, in that order. */
function services(lines: readonly string[]): ReadonlyMap<string, Service> {
  const names = (lines[0] ?? '').split(' ')
  const blocks = lines
    .slice(1)
    .join('\n')
    .split(/\n{2,}/)
  return new Map(names.map((name, at) => [name, service(name, pairs((blocks[at] ?? '').split('\n'), '='))]))
}

function service(name: string, values: ReadonlyMap<string, string>): Service {
  const limit = values.get('LimitNOFILESoft') ?? ''
  const there = values.get('LoadState') === 'loaded'
  return {
    name,
    there,
    active: ['active', 'activating', 'reloading'].includes(values.get('ActiveState') ?? ''),
    // What another unit pulls in, or a generator made, starts as well.
    enabled: ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated', 'linked'].includes(
      values.get('UnitFileState') ?? '',
    ),
    openFiles: !there || limit === '' ? null : limit === 'infinity' ? Infinity : Number(limit),
  }
}

/** Addresses of its own name. `getent` ends with 2 where there is none. */
function resolves(sections: Sections): Known<readonly string[]> {
  const section = sections.get('resolves') ?? nothing
  if (section.code !== 0 && section.code !== 2) return read(sections, 'resolves', () => [])
  return known([...new Set(section.lines.map((line) => line.trim().split(/\s+/)[0] ?? '').filter((word) => word !== ''))])
}

/** `df -P` of a path, then its inodes. */
function space(lines: readonly string[]): HostFacts['space'] {
  const inodes = new Map<string, number | null>()
  for (const line of lines) {
    const [word, path = '', , total = '', , free = ''] = line.split(/\s+/)
    if (word === 'inodes') inodes.set(path, Number(total) > 0 ? Number(free) / Number(total) : null)
  }
  return lines.flatMap((line) => {
    const [path = '', , size = '', , free = '', , mount = ''] = line.split(/\s+/)
    if (!path.startsWith('/') || !/^\d+$/.test(size)) return []
    return [{ path, mount, sizeBytes: Number(size) * 1024, freeBytes: Number(free) * 1024, freeInodes: inodes.get(path) ?? null }]
  })
}

function synchronized(lines: readonly string[]): boolean | null {
  if (lines.includes('NTPSynchronized=yes')) return true
  const leap = lines.find((line) => line.startsWith('Leap status'))
  if (leap !== undefined) return !/Not synchronised/.test(leap)
  return lines.includes('NTPSynchronized=no') ? false : null
}

function wordsBehind(lines: readonly string[], start: string): string[] {
  const line = lines.findLast((one) => one.startsWith(start))
  return (line?.slice(start.length) ?? '').split(/\s+/).filter((word) => word !== '')
}

function countOf(lines: readonly string[], name: string): number | null {
  const word = wordsBehind(lines, `${name} `)[0]
  return word === undefined || word === 'absent' ? null : Number(word)
}

function nameservers(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
}

/** `env:HTTP_PROXY=http://p:3128`, `/etc/environment:export no_proxy="a,b"`, `containerd:Environment=HTTP_PROXY=http://p "NO_PROXY=a b"`. */
function proxy(line: string): { where: string; name: string; value: string }[] {
  const at = line.indexOf(':')
  const where = line.slice(0, at)
  const text = line.slice(at + 1)
  if (/^\s*#/.test(text)) return []
  return [...text.matchAll(/(?<![a-z_])((?:https?|no|all)_proxy) *=["']?([^"'\s]*)/gi)].map(([, name = '', value = '']) => ({
    where,
    name: name.toLowerCase(),
    value,
  }))
}

function hasDefaultRoute(sections: Sections): boolean {
  const four = linesOf(sections, 'routes').some((line) => /^(?!lo\s)\S+\s+00000000\s+\S+\s+\S+\s+\d+\s+\d+\s+\d+\s+00000000\s/.test(line))
  const six = linesOf(sections, 'routes6').some((line) => /^0{32} 00 /.test(line) && !/\slo$/.test(line.trimEnd()))
  return four || six
}

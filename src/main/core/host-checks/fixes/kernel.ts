import { inotifyWanted } from '../rules/resources.ts'
import { neededModules, neededSysctls } from '../rules/kernel.ts'
import type { CheckId } from '../catalog.ts'
import type { Ground } from '../rule.ts'
import { command, fileAction, step, withLines, type Fix } from './step.ts'

export const modulesFile = '/etc/modules-load.d/k8s.conf'
export const sysctlFile = '/etc/sysctl.d/k8s.conf'
const isOwnFile = (path: string) => path.startsWith('/etc/')

/** https://kubernetes.io/docs/setup/production-environment/container-runtimes/#install-and-configure-prerequisites */
export const modulesFix: Fix = {
  ids: ['module-overlay', 'module-br-netfilter', 'modules-persistent', 'sysctl-bridge-iptables', 'sysctl-bridge-ip6tables'],
  files: () => [modulesFile],
  steps: ({ facts }, read, wrong) => {
    // Settings of bridges come with their module, and are 1 then: https://docs.kernel.org/networking/ip-sysctl.html#proc-sys-net-bridge-variables
    const comes = (name: string) =>
      name === 'br_netfilter' && Object.entries(bridge).some(([key, id]) => wrong.includes(id) && !facts.sysctl.has(key))
    const meant = neededModules.filter((name) => wrong.includes('modules-persistent') || wrong.includes(checkOf(name)) || comes(name))
    // What this kernel does not have cannot be loaded, nor what is part of it.
    const loadable = meant.filter((name) => ['available', 'loaded'].includes(facts.modules.get(name) ?? ''))
    const atBoot = facts.modulesAtBoot.known ? facts.modulesAtBoot.value : []
    const named = loadable.filter((name) => !atBoot.some((one) => one.name.replaceAll('-', '_') === name))
    const absent = loadable.filter((name) => facts.modules.get(name) === 'available')
    const before = read(modulesFile)
    return [
      ...(named.length > 0
        ? [
            step('modules-file', 'modules-persistent', { modules: named.join(', ') }, [
              fileAction(modulesFile, before, withLines(before, named)),
            ]),
          ]
        : []),
      ...absent.map((name) =>
        step('module-load', 'modules-persistent', { module: name }, [
          command(['modprobe', name], ['modprobe', '-r', name], ['grep', '-q', `^${name} `, '/proc/modules']),
        ]),
      ),
    ]
  },
}

const checkOf = (name: (typeof neededModules)[number]): CheckId => (name === 'overlay' ? 'module-overlay' : 'module-br-netfilter')

/** Values that the checks named want, each with the key that it is under. */
function wanted(ground: Ground, wrong: readonly CheckId[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  const all = wrong.includes('sysctl-persistent')
  for (const key of neededSysctls(ground)) {
    // Without their module these settings are not there, and a file that names them is one that no boot can follow.
    if (key in bridge && !ground.facts.sysctl.has(key) && ground.facts.modules.get('br_netfilter') === 'absent') continue
    const check: CheckId = key.startsWith('net.ipv6') ? 'sysctl-ipv6-forward' : (bridge[key] ?? 'sysctl-ip-forward')
    if (all || wrong.includes(check)) values.set(key, '1')
  }
  for (const [key, value] of Object.entries(inotifyWanted)) {
    if (wrong.includes(key.endsWith('instances') ? 'inotify-instances' : 'inotify-watches')) values.set(key, String(value))
  }
  if (wrong.includes('file-limits') && Number(ground.facts.sysctl.get('fs.file-max')) < 100_000) values.set('fs.file-max', '1048576')
  if (wrong.includes('ports-node') && !ground.facts.listening.some(({ port }) => port >= 30_000 && port <= 32_767)) {
    values.set('net.ipv4.ip_local_port_range', '32768 60999')
  }
  return values
}

const bridge: Readonly<Record<string, CheckId>> = {
  'net.bridge.bridge-nf-call-iptables': 'sysctl-bridge-iptables',
  'net.bridge.bridge-nf-call-ip6tables': 'sysctl-bridge-ip6tables',
}

/** Settings of the kernel: for the next boot in a file, for now with sysctl. A file that says otherwise, and is read later, is corrected as well. */
export const sysctlFix: Fix = {
  ids: [
    'sysctl-ip-forward',
    'sysctl-ipv6-forward',
    'sysctl-bridge-iptables',
    'sysctl-bridge-ip6tables',
    'sysctl-persistent',
    'inotify-instances',
    'inotify-watches',
    'file-limits',
    'ports-node',
  ],
  files: ({ facts }) => [
    sysctlFile,
    ...new Set((facts.sysctlFiles.known ? facts.sysctlFiles.value : []).map(({ file }) => file).filter(isOwnFile)),
  ],
  steps: (ground, read, wrong) => {
    const values = wanted(ground, wrong)
    const keys = [...values.keys()]
    if (keys.length === 0) return []
    const settings = ground.facts.sysctlFiles.known ? ground.facts.sysctlFiles.value : []
    const link: CheckId =
      wrong.some((id) => id.startsWith('inotify')) && !wrong.some((id) => id.startsWith('sysctl'))
        ? 'inotify-instances'
        : 'sysctl-persistent'
    const right = (key: string) => settings.findLast((one) => one.key === key)?.value === values.get(key)
    const before = read(sysctlFile)
    const kept = keys.filter((key) => !right(key))
    const lines = (before ?? '').split('\n').filter((line) => !kept.some((key) => sets(line, key)))
    const after = withLines(
      lines.join('\n').trimEnd() === '' ? null : lines.join('\n').trimEnd(),
      kept.map((key) => `${key} = ${values.get(key)}`),
    )
    const others = [
      ...new Set(
        settings
          .filter(({ file, key, value }) => kept.includes(key) && value !== values.get(key) && file !== sysctlFile && isOwnFile(file))
          .map(({ file }) => file),
      ),
    ]
    const now = keys.filter((key) => ground.facts.sysctl.has(key) && same(ground.facts.sysctl.get(key)) !== values.get(key))
    return [
      ...(kept.length > 0 ? [step('sysctl-file', link, { keys: kept.join(', ') }, [fileAction(sysctlFile, before, after)])] : []),
      ...others.flatMap((file) => {
        const text = read(file)
        if (text === null) return []
        const corrected = text
          .split('\n')
          .map((line) => (kept.some((key) => sets(line, key) && !line.trim().endsWith(`=${values.get(key)}`)) ? `#${line}` : line))
        return [step('sysctl-contrary', link, { file }, [fileAction(file, text, corrected.join('\n'))])]
      }),
      ...now.map((key) =>
        step('sysctl-now', link, { key, value: values.get(key) ?? '' }, [
          command(
            ['sysctl', '-w', `${key}=${values.get(key)}`],
            ['sysctl', '-w', `${key}=${same(ground.facts.sysctl.get(key))}`],
            ['grep', '-qE', `^${(values.get(key) ?? '').replaceAll(' ', '\\s+')}$`, `/proc/sys/${key.replaceAll('.', '/')}`],
          ),
        ]),
      ),
    ]
  },
}

const same = (value: string | undefined) => (value ?? '').trim().replace(/\s+/g, ' ')

function sets(line: string, key: string): boolean {
  return line.trim().replace(/^-/, '').split('=')[0]?.trim().replaceAll('/', '.') === key
}

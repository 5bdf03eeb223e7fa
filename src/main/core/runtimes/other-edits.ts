import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import type { Edited } from './containerd-edit.ts'
import { jsonOf } from './other-configs.ts'
import { setToml, type TomlScalar } from './toml-edit.ts'

/** Read after crio.conf and after what packages put beside it: https://github.com/cri-o/cri-o/blob/main/docs/crio.conf.d.5.md */
export const crioDropIn = '/etc/crio/crio.conf.d/99-cove.conf'
export const dockerdDropIn = '/etc/systemd/system/cri-docker.service.d/90-cove.conf'

function crio(text: string | null, values: readonly (readonly [path: readonly string[], value: TomlScalar])[]): Edited {
  let now = text ?? ''
  for (const [path, value] of values) {
    const next = setToml(now, path, value)
    if (next === null) return { refused: 'not-editable' }
    now = next
  }
  return { text: now }
}

/** With cgroupfs conmon has to be in the group of its pod: https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-driver */
export function setCrioDriver(text: string | null, driver: CgroupDriver): Edited {
  return crio(text, [
    [['crio', 'runtime', 'conmon_cgroup'], driver === 'cgroupfs' ? 'pod' : ''],
    [['crio', 'runtime', 'cgroup_manager'], driver],
  ])
}

export function setCrioSandbox(text: string | null, image: string): Edited {
  return crio(text, [[['crio', 'image', 'pause_image'], image]])
}

/** A registries.conf of its own for one registry. Endpoints are locations there, without scheme. */
export function registriesConf(registry: string, endpoints: readonly string[]): string {
  const mirrors = endpoints.map((endpoint) => {
    const insecure = endpoint.startsWith('http://') ? 'insecure = true\n' : ''
    return `\n[[registry.mirror]]\nlocation = ${JSON.stringify(endpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''))}\n${insecure}`
  })
  return `[[registry]]\nprefix = ${JSON.stringify(registry)}\nlocation = ${JSON.stringify(registry)}\n${mirrors.join('')}`
}

/** https://docs.docker.com/reference/cli/dockerd/#options-for-the-runtime */
export function setDockerDriver(text: string | null, driver: CgroupDriver): Edited {
  return daemonJson(text, (config) => {
    const others = Array.isArray(config['exec-opts'])
      ? config['exec-opts'].filter((option) => !String(option).startsWith('native.cgroupdriver='))
      : []
    return { ...config, 'exec-opts': [...others, `native.cgroupdriver=${driver}`] }
  })
}

/** Docker has mirrors for its own registry alone. */
export function setDockerMirrors(text: string | null, endpoints: readonly string[]): Edited {
  return daemonJson(text, (config) => {
    const others = Object.fromEntries(Object.entries(config).filter(([key]) => key !== 'registry-mirrors'))
    return endpoints.length === 0 ? others : { ...others, 'registry-mirrors': [...endpoints] }
  })
}

function daemonJson(text: string | null, change: (config: Record<string, unknown>) => Record<string, unknown>): Edited {
  const config = text === null || text.trim() === '' ? {} : jsonOf(text)
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return { refused: 'not-editable' }
  const indent = /^([ \t]+)"/m.exec(text ?? '')?.[1] ?? '  '
  return { text: `${JSON.stringify(change(config as Record<string, unknown>), null, indent)}\n` }
}

/** The same ExecStart with another sandbox image: a drop-in takes the old one away first. Null: its command is not known. */
export function dockerdSandboxDropIn(command: string, image: string): string | null {
  if (command === '') return null
  const bare = command.replace(/\s--pod-infra-container-image(?:=|\s+)\S+/, '')
  return `[Service]\nExecStart=\nExecStart=${bare} --pod-infra-container-image=${image}\n`
}

/** Units of a cri-dockerd, so that the socket is the one that kubeadm knows: https://github.com/Mirantis/cri-dockerd */
export const dockerdUnits = (program: string) => ({
  '/etc/systemd/system/cri-docker.socket': `[Unit]
Description=Socket of the CRI of Docker
PartOf=cri-docker.service

[Socket]
ListenStream=%t/cri-dockerd.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target
`,
  '/etc/systemd/system/cri-docker.service': `[Unit]
Description=CRI of Docker
After=network-online.target docker.service
Wants=network-online.target
Requires=cri-docker.socket

[Service]
Type=notify
ExecStart=${program} --container-runtime-endpoint fd://
Restart=always
RestartSec=2
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
`,
})

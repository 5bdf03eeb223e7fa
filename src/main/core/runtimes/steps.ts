import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { command, step } from '../host-changes/steps.ts'

/** Undone by being done again once the files are back. */
export function restart(unit: string): HostStep {
  const argv = ['systemctl', 'restart', unit]
  return step('runtime-restart', null, [command(argv, { undo: argv, check: ['systemctl', 'is-active', '--quiet', unit] })], { unit })
}

export const reloadUnits = (): HostAction => command(['systemctl', 'daemon-reload'], { undo: ['systemctl', 'daemon-reload'] })

export const pages = {
  drivers: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers',
  containerdDriver: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd-systemd',
  containerd: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#containerd',
  containerdSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-containerd',
  crio: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cri-o',
  crioDriver: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-driver',
  crioSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-cri-o',
  docker: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#docker',
  dockerSandbox: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#override-pause-image-cri-dockerd',
  containerdHosts: 'https://github.com/containerd/containerd/blob/main/docs/hosts.md',
  registriesConf: 'https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md',
  dockerMirrors: 'https://docs.docker.com/docker-hub/image-library/mirror/',
} as const

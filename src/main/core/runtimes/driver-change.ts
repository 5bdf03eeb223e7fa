import type { CgroupDriver, Runtime } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import type { Target } from '../targets/types.ts'
import { type Edited, setContainerdDriver } from './containerd-edit.ts'
import { crioDropIn, setCrioDriver, setDockerDriver } from './other-edits.ts'
import { pages } from './steps.ts'

/** A file as it is and as it is to be. */
export type FileChange = { readonly path: string; readonly before: string | null; readonly after: string }

export type DriverChange = {
  readonly file: FileChange
  /** To be restarted for it. */
  readonly unit: string
  /** Others of this runtime, stopped before and started after it. */
  readonly before: readonly string[]
  readonly page: string
}

export const configOf = (runtime: Runtime) => runtime.configFile ?? '/etc/containerd/config.toml'
export const majorOf = (runtime: Runtime) => Number(runtime.version?.split('.')[0] ?? 1)

/** What another cgroup driver changes in a runtime. Throws `runtime-config-refused` and what reading the file throws. */
export async function driverChange(target: Target, runtime: Runtime, driver: CgroupDriver): Promise<DriverChange> {
  const [path, edit, page] = ((): [string, (text: string | null) => Edited, string] => {
    switch (runtime.name) {
      case 'containerd':
        return [configOf(runtime), (text) => setContainerdDriver(text, majorOf(runtime), driver), pages.containerdDriver]
      case 'cri-o':
        return [crioDropIn, (text) => setCrioDriver(text, driver), pages.crioDriver]
      case 'docker':
      case 'mirantis':
        return ['/etc/docker/daemon.json', (text) => setDockerDriver(text, driver), pages.docker]
    }
  })()
  const isDocker = runtime.name === 'docker' || runtime.name === 'mirantis'
  return {
    file: await changeOf(target, path, edit),
    unit: runtime.unit.name,
    before: isDocker && runtime.shim?.installed === 'yes' ? ['cri-docker.service'] : [],
    page,
  }
}

export async function changeOf(target: Target, path: string, edit: (text: string | null) => Edited): Promise<FileChange> {
  const before = await target.readFile(path, { root: true })
  const edited = edit(before)
  if ('refused' in edited) throw new AppError('runtime-config-refused', { path, reason: edited.refused })
  return { path, before, after: edited.text }
}

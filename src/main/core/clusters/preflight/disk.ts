import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../error.ts'
import type { Exec } from '../../exec/types.ts'

/** A node unpacks its image and runs etcd on it; the kubelet starts to evict pods soon below this. */
const leastBytes = 2_000_000_000

/** `disk-full` where the engine's own folder is on this machine and nearly full; null where it is not, or cannot be seen. */
export async function engineDiskProblem(docker: string, endpoint: string | null, exec: Exec): Promise<AppError | null> {
  if (process.platform !== 'linux' || (endpoint !== null && !endpoint.startsWith('unix://'))) return null
  const info = await exec.run({ file: docker, args: ['info', '--format={{.DockerRootDir}}'], timeoutMs: 10_000, quiet: true })
  const path = info.stdout.trim()
  // Docker Desktop on Linux has its folder inside a virtual machine.
  if (info.exitCode !== 0 || path === '' || !(await stat(path).catch(() => null))) return null
  return diskProblem(path)
}

/** `disk-full` where the disk that holds this folder, or is to hold it, is nearly full. */
export async function diskProblem(path: string): Promise<AppError | null> {
  for (let at = path; ; at = dirname(at)) {
    const free = await statfs(at).catch(() => null)
    if (free === null && at !== dirname(at)) continue
    return free !== null && free.bavail * free.bsize < leastBytes ? new AppError('disk-full', { path }) : null
  }
}

import { posix } from 'node:path'
import type { ReleaseBuild } from '#shared/contract/downloads.ts'
import { AppError } from '../error.ts'
import { check, type Work } from './host.ts'

export type ProgramName = 'kubeadm' | 'kubelet' | 'kubectl'
/** Where a program of a build is published, and its digest as the publisher gives it. */
export type ProgramSource = (
  name: ProgramName,
  build: ReleaseBuild,
  signal: AbortSignal,
) => Promise<{ readonly url: string; readonly sha256: string }>

/**
 * Lets the host fetch programs of a version from where they are published, each checked by the digest that Cove itself was given. Returns their folder, which only
 * root may enter; `made` is told of it before anything lies in it. Throws `download-digest-mismatch`, `command-failed` where the host cannot reach the publisher or
 * has no curl, and as `source`.
 */
export async function fetchPrograms(
  source: ProgramSource,
  work: Work,
  { names, version }: { readonly names: readonly ProgramName[]; readonly version: string },
  made: (folder: string) => Promise<void>,
): Promise<string> {
  const { arch } = await work.host.look()
  const folder = (await check(work, ['mktemp', '-d', '/var/lib/cove-programs-XXXXXXXX'])).stdout.trim()
  await made(folder)
  for (const name of names) {
    const { url, sha256 } = await source(name, { version, os: 'linux', arch: arch as ReleaseBuild['arch'] }, work.job.signal)
    const file = posix.join(folder, name)
    // Ended where nothing comes for half a minute; there is no limit for the whole.
    const argv = [
      'curl',
      '--fail',
      '--silent',
      '--show-error',
      '--location',
      '--speed-limit',
      '1',
      '--speed-time',
      '30',
      '--output',
      file,
      url,
    ]
    await check(work, argv as [string, ...string[]], { timeoutMs: 3_600_000 })
    const actual = (await check(work, ['sha256sum', '--', file], { quiet: true, timeoutMs: 120_000 })).stdout.split(' ')[0] ?? ''
    if (actual !== sha256) throw new AppError('download-digest-mismatch', { url, expected: sha256, actual })
    await check(work, ['chmod', '0755', '--', file])
  }
  return folder
}

/** Never throws: what cannot be removed lies in a folder of root. */
export async function removePrograms(
  { host, job }: { readonly host: Work['host']; readonly job: { readonly id: string } },
  folder: string,
) {
  if (!/^\/var\/lib\/cove-programs-\w+$/.test(folder)) return
  await host.run({ argv: ['rm', '-rf', '--', folder], root: true, jobId: job.id, timeoutMs: 30_000 }).catch(() => undefined)
}

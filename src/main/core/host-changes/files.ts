import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { AppError } from '../error.ts'
import type { Target } from '../targets/types.ts'

export type FileAction = Extract<HostAction, { kind: 'file' }>
type How = { readonly root: boolean; readonly jobId?: string }

/** `$1` file: its mode, user and group, or `-`; then the folders above it that are not there, the innermost first. */
const foundScript = `if [ -e "$1" ]; then stat -Lc '%a %u %g' -- "$1" 2>/dev/null || stat -Lf '%Lp %u %g' -- "$1"; else echo -; fi
d=$(dirname -- "$1")
while [ ! -e "$d" ]; do printf '%s\\n' "$d"; d=$(dirname -- "$d"); done`

/** `$1` mode, user and group as found, `$2` file. Who owns it is for root to say. */
const ownScript = `set -- $1 "$2"
chmod "$1" "$4"
if [ "$(id -u)" -eq 0 ]; then chown "$2:$3" "$4"; fi`

/**
 * What each file has to be for the steps to mean what was planned: as its first change says, and each later change begins where the one before
 * ended. Throws `host-file-changed`.
 */
export async function verifyFiles(target: Target, steps: readonly HostStep[], signal?: AbortSignal): Promise<void> {
  const expected = new Map<string, string | null>()
  for (const step of steps) {
    if (step.done) continue
    for (const action of step.actions) {
      if (action.kind !== 'file') continue
      const options = { root: step.root, ...(signal === undefined ? {} : { signal }) }
      const is = expected.has(action.path) ? (expected.get(action.path) ?? null) : await target.readFile(action.path, options)
      if (is !== action.before) throw changed(target, action.path)
      expected.set(action.path, action.after)
    }
  }
}

export const changed = (target: Target, path: string) => new AppError('host-file-changed', { path, target: target.name })

/** What has to be known to put a file back; nothing is changed. */
export async function beforeChange(
  target: Target,
  { path }: FileAction,
  { root }: How,
): Promise<{ had: string | null; folders: string[] }> {
  const ask = (asRoot: boolean) =>
    target.check({ argv: ['sh', '-c', foundScript, 'sh', path], root: asRoot, quiet: true, timeoutMs: 20_000 })
  // A window that asks for the password comes only for what is changed.
  const { stdout } = await ask(root && (await target.rootWay()) !== 'pkexec')
  const [had = '-', ...folders] = stdout.trim().split('\n')
  return { had: had === '-' ? null : had, folders }
}

/** Changes the file and reads it back. Throws `host-file-not-kept` where it is not what was written, `host-file-unwritable`, `disk-full`. */
export async function changeFile(target: Target, { path, after, mode }: FileAction, how: How): Promise<void> {
  if (after === null) await target.check({ argv: ['rm', '-f', '--', path], timeoutMs: 20_000, ...how })
  else await target.writeFile(path, after, { ...how, ...(mode === null ? {} : { mode }) })
  await readBack(target, path, after, how)
}

/** Puts the file back as it was, with the mode and owner it had and without the folders that were made for it. */
export async function restoreFile(
  target: Target,
  { path, before }: FileAction,
  { had, folders }: { readonly had: string | null; readonly folders: readonly string[] },
  how: How,
): Promise<void> {
  if (before === null) {
    await target.check({ argv: ['rm', '-f', '--', path], timeoutMs: 20_000, ...how })
    // One that somebody put something into stays.
    for (const folder of folders) await target.run({ argv: ['rmdir', '--', folder], timeoutMs: 20_000, quiet: true, ...how })
  } else {
    await target.writeFile(path, before, how)
    if (had !== null) await target.check({ argv: ['sh', '-c', ownScript, 'sh', had, path], timeoutMs: 20_000, quiet: true, ...how })
  }
  await readBack(target, path, before, how)
}

async function readBack(target: Target, path: string, wanted: string | null, { root }: How): Promise<void> {
  if ((await target.readFile(path, { root })) !== wanted) throw new AppError('host-file-not-kept', { path, target: target.name })
}

import { readFile, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { Leftover } from '#shared/contract/leftovers.ts'
import { isAlive } from '../process-identity.ts'
import { isAnyBusy, isYoung } from './busy.ts'
import { filesIn, foldersIn, isOurs, isThere, measure } from './files.ts'
import type { LeftoversDeps, Round, Surroundings } from './types.ts'

type Deps = Pick<LeftoversDeps, 'toolchain' | 'copiesInUse' | 'dataDir'>

/** As `jobs/` names its files. */
const jobId = /^[0-9a-z]+-[0-9a-z]+$/
const staleLockMs = 60_000

/** What Cove itself left in its own folder. Only things whose names say what they are: whatever else is there is not touched. */
export async function ownLeftovers({ toolchain, copiesInUse, dataDir }: Deps, { around }: Round): Promise<Leftover[]> {
  const found = await Promise.all([
    jobFolders(join(dataDir, 'tmp'), around),
    spills(join(dataDir, 'tmp'), around),
    exports(join(dataDir, 'exports'), around),
    tools(toolchain, copiesInUse ?? (async () => []), around),
  ])
  return found.flat()
}

/** Folders of jobs that have ended; what a running one writes, of this Cove or another, is not looked at. */
async function jobFolders(tmp: string, around: Surroundings): Promise<Leftover[]> {
  const names = (await foldersIn(tmp)).filter((name) => jobId.test(name) && /\d/.test(name))
  const jobs = new Map(around.jobs.map((job) => [job.id, job]))
  return items(
    names.flatMap((name) => {
      const job = jobs.get(name)
      if (job !== undefined && job.finishedAt === null) return []
      if (job === undefined && !isOfOldJob(name)) return []
      return [
        {
          path: join(tmp, name),
          kind: 'job-folder' as const,
          code: 'job-ended' as const,
          cluster: job?.subject ?? null,
          preselected: true,
        },
      ]
    }),
    around,
  )
}

/** The id of a job that the journal no longer has says when it began and in which process (`jobs/ids.ts`). */
function isOfOldJob(name: string): boolean {
  const [time = '', pid = ''] = name.split('-')
  const at = Number.parseInt(time, 36) / 16
  return at > Date.UTC(2025, 0) && at < Date.UTC(2100, 0) && !isAlive({ pid: Number.parseInt(pid, 36), start: null })
}

/** Spilled lines of logs whose process is gone. Those of this machine's running ones have a living pid in their name. */
async function spills(tmp: string, around: Surroundings): Promise<Leftover[]> {
  const names = (await filesIn(tmp)).filter(
    (name) => /^\d+-[0-9a-f-]{36}\.loglines$/.test(name) && !isAlive({ pid: Number.parseInt(name, 10), start: null }),
  )
  return items(
    names.map((name) => ({ path: join(tmp, name), kind: 'spill' as const, code: 'owner-gone' as const, cluster: null, preselected: true })),
    around,
  )
}

/** Logs gathered by a job that did not come to its end, in Cove's own folder; one that the user named is the user's. */
async function exports(folder: string, around: Surroundings): Promise<Leftover[]> {
  const whole = new Set<string>()
  const cut = new Map<string, string>()
  for (const job of around.jobs) {
    const directory = job.facts['directory']
    if (job.kind !== 'cluster.export-logs' || typeof directory !== 'string') continue
    if (job.finishedAt === null || job.state === 'succeeded') whole.add(directory)
    else cut.set(directory, job.subject)
  }
  return items(
    [...cut].flatMap(([path, cluster]) =>
      whole.has(path) || join(folder, basename(path)) !== path
        ? []
        : [{ path, kind: 'export' as const, code: 'export-unfinished' as const, cluster, preselected: false }],
    ),
    around,
  )
}

/** Downloads that did not end, and versions that no tool uses: `bin/<tool>/<version>/`. */
async function tools(
  { snapshot, binDir }: Deps['toolchain'],
  copiesInUse: NonNullable<Deps['copiesInUse']>,
  around: Surroundings,
): Promise<Leftover[]> {
  // A job may have chosen its copy before another one was chosen to be used.
  if (isAnyBusy(around)) return []
  const known = snapshot()
  const found = await Promise.all(
    known.map(async ({ name, used, state }) => {
      const versions = await foldersIn(join(binDir, name))
      const taken = versions.length === 0 ? [] : await copiesInUse(name)
      return Promise.all(
        versions.map(async (version): Promise<Candidate[]> => {
          const folder = join(binDir, name, version)
          if (await isLocked(`${folder}.lock`, around)) return []
          const installed = await isThere(join(folder, 'manifest.json'))
          const parts = (await filesIn(folder)).filter((file) => file.endsWith('.part'))
          const partial = { kind: 'partial-download' as const, code: 'download-unfinished' as const, cluster: null, preselected: true }
          const words = { name: `${name} ${version}`, facts: { tool: name, version } }
          if (!installed) return [{ ...partial, ...words, path: folder }]
          const cut = parts.map((file) => ({ ...partial, ...words, path: join(folder, file) }))
          const inUse = [used?.path, ...taken].some((path) => path?.startsWith(join(folder, sep)))
          // While it is not known which copy is used, each may be.
          if (inUse || state !== 'found') return cut
          return [...cut, { kind: 'tool', code: 'version-unused', cluster: null, preselected: false, ...words, path: folder }]
        }),
      )
    }),
  )
  return items(found.flat(2), around)
}

/** Another Cove downloads it: it touches its lock every few seconds. */
async function isLocked(lock: string, around: Surroundings): Promise<boolean> {
  const stats = await stat(lock).catch(() => null)
  if (stats === null || around.now - stats.mtimeMs >= staleLockMs) return false
  const holder = await readFile(lock, 'utf8').catch(() => '')
  return holder !== ''
}

type Candidate = Pick<Leftover, 'kind' | 'cluster' | 'preselected'> & {
  readonly path: string
  readonly code: Leftover['why']['code']
  readonly name?: string
  readonly facts?: Leftover['why']['facts']
}

async function items(candidates: readonly Candidate[], around: Surroundings): Promise<Leftover[]> {
  const found = await Promise.all(
    candidates.map(async ({ path, kind, code, cluster, preselected, name = basename(path), facts = {} }): Promise<Leftover[]> => {
      const measured = await measure(path)
      if (measured === null || isYoung(around, measured.newestMs)) return []
      return [
        {
          id: `${kind}:${path}:${measured.identity}`,
          source: 'cove',
          kind,
          name,
          path,
          provider: null,
          cluster,
          sizeBytes: measured.bytes,
          createdAt: Math.round(measured.madeMs),
          why: { code, facts },
          blocked: (await isOurs(path)) ? null : 'not-owner',
          preselected,
        },
      ]
    }),
  )
  return found.flat()
}

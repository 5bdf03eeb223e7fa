import { isDeepStrictEqual } from 'node:util'
import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { AppError } from '../error.ts'
import { commandText } from '../exec/command-text.ts'
import type { Target } from '../targets/types.ts'
import { runAction } from './commands.ts'
import { changed, restoreFile } from './files.ts'
import type { RecordEntry, StoredRecord } from './records.ts'

export type TakeBack = {
  readonly target: Target
  /** Its entries become `undone` one by one; `save` is called after each. */
  readonly record: StoredRecord
  readonly jobId: string
  save(): Promise<void>
  /** What cannot be undone is known and was agreed to. */
  readonly accepted: boolean
  readonly signal?: AbortSignal
}

/**
 * Undoes what a record did, the last first. A command that is undone by being run again (a restart, a reload) makes effective what stands
 * before it, so it comes after all files are back, in the order it came. Resolves with what is still in effect, by name, and why the first of it is.
 */
export async function takeBack(options: TakeBack): Promise<{ readonly left: string[]; readonly error: unknown }> {
  const { record, save, accepted } = options
  const left: string[] = []
  let error: unknown = null
  const again: Found[] = []
  const failed = (name: string, why: unknown) => {
    left.push(name)
    error ??= why
  }

  const undo = async (found: Found) => {
    const { entry, action, step } = found
    // Each would wait for a host that does not answer.
    if (isUnreachable(error)) return failed(nameOf(action), error)
    if (options.signal?.aborted === true) return failed(nameOf(action), new AppError('cancelled', {}))
    try {
      const done = action.kind === 'file' ? await undoFile(options, step, entry, action) : await undoCommand(options, step, entry, action)
      if (!done && !accepted) left.push(nameOf(action))
      if (!done && !accepted) return
      entry.state = 'undone'
      await save()
    } catch (why) {
      failed(nameOf(action), why)
    }
  }

  for (const found of [...inEffect(record)].reverse()) {
    if (found.action.kind === 'command' && isAgain(found.action)) again.unshift(found)
    else await undo(found)
  }
  const last = new Map(again.map((found) => [nameOf(found.action), found]))
  for (const found of again) {
    // Three restarts of one thing are one.
    if (last.get(nameOf(found.action)) === found) await undo(found)
    else found.entry.state = 'undone'
  }
  await save()
  return { left, error }
}

const isUnreachable = (error: unknown) =>
  error instanceof AppError && (/^(?:ssh|engine)-/.test(error.code) || error.code === 'container-not-running')

type Found = { readonly entry: RecordEntry; readonly step: HostStep; readonly action: HostAction }

export function inEffect(record: StoredRecord): Found[] {
  return record.entries.flatMap((entry) => {
    const step = record.steps[entry.step]
    const action = step?.actions[entry.action]
    return step === undefined || action === undefined || entry.state === 'undone' ? [] : [{ entry, step, action }]
  })
}

/** What is in effect by name, once nothing is taken back beside it: what was begun and not seen to its end may still run. */
export const leftOf = (record: StoredRecord): string[] =>
  inEffect(record).map(({ entry, action }) => `${nameOf(action)}${entry.state === 'begun' ? ' (may still run)' : ''}`)

/** Path or command line. */
export const nameOf = (action: HostAction) => (action.kind === 'file' ? action.path : commandText(action.argv))

const isAgain = ({ argv, undo }: Extract<HostAction, { kind: 'command' }>) => isDeepStrictEqual(argv, undo)

async function undoFile(
  { target, jobId }: TakeBack,
  { root }: HostStep,
  entry: RecordEntry,
  action: Extract<HostAction, { kind: 'file' }>,
) {
  const is = await target.readFile(action.path, { root })
  if (is !== action.after && is !== action.before) throw changed(target, action.path)
  await restoreFile(target, action, entry, { root, jobId })
  return true
}

/** False: nothing undoes it. */
async function undoCommand(
  { target, jobId, signal }: TakeBack,
  { root }: HostStep,
  entry: RecordEntry,
  { undo }: Extract<HostAction, { kind: 'command' }>,
) {
  if (undo === null) return false
  if (undo.length === 0) return true
  const how = { root, jobId, ...(signal === undefined ? {} : { signal }) }
  if (entry.state === 'done') await runAction(target, undo, how)
  // It failed or was ended: what it did not do cannot be undone, and that is no fault.
  else
    await runAction(target, undo, how).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'command-failed') throw error
    })
  return true
}

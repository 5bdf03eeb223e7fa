import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import type { Machine } from '../targets/machine.ts'
import { keyOf } from './apply-job.ts'
import { changed } from './files.ts'
import type { Records, StoredRecord } from './records.ts'
import { inEffect, leftOf, nameOf, takeBack } from './take-back.ts'

/** Throws `host-file-changed` where a file is neither as the record left it nor as it was before. */
export async function verifyRecord(machine: Machine, record: StoredRecord, signal?: AbortSignal): Promise<void> {
  const seen = new Set<string>()
  for (const { step, action } of inEffect(record).reverse()) {
    // Of several changes of one file the last one tells how it was left.
    if (action.kind !== 'file' || seen.has(action.path)) continue
    seen.add(action.path)
    const is = await machine.readFile(action.path, { root: step.root, ...(signal === undefined ? {} : { signal }) })
    if (is !== action.after && is !== action.before) throw changed(machine, action.path)
  }
}

/** What an earlier job could not end there is ended now, as a person waits for it. Throws `host-job-runs`: nothing is put back beside it. */
async function endEarlier(machine: Machine, record: StoredRecord): Promise<void> {
  while (record.unended[0] !== undefined) {
    if (!(await machine.endJob(record.unended[0], { mayAsk: true }))) throw new AppError('host-job-runs', { target: machine.name })
    record.unended.shift()
  }
}

/** Puts back what a record changed. Ended in the middle, the record says what is still in effect and can be undone again. */
export function undoJob(
  { records, machine, changed: told }: { readonly records: Records; readonly machine: Machine; changed(): void },
  record: StoredRecord,
): JobDefinition {
  let begun = false
  return {
    kind: 'host.undo',
    subject: machine.name,
    facts: { target: record.target, purpose: record.purpose },
    key: keyOf(record.target),
    steps: [{ id: 'undo-changes', usualMs: 5000 }],
    memory: { recordId: record.id },
    run: async (job) => {
      const all = inEffect(record).length
      await job.step('undo-changes', async () => {
        const save = async () => {
          const part = all - inEffect(record).length
          job.progress('undo-changes', all === 0 ? null : part / all, { part, all })
          await records.save(record)
        }
        await endEarlier(machine, record)
        begun = true
        record.state = 'partial'
        await save()
        const { left, error } = await takeBack({ target: machine, record, jobId: job.id, save, accepted: true, signal: job.signal })
        if (left.length > 0) throw error
      })
      record.state = 'undone'
      record.undoneAt = Date.now()
      await records.save(record)
      await records.prune()
      told()
      return { recordId: record.id }
    },
    cleanUp: async (job) => {
      const ended = !begun || (await machine.endJob(job.id))
      if (!ended) {
        record.unended.push(job.id)
        await records.save(record)
      }
      told()
      return ended ? inEffect(record).map(({ action }) => nameOf(action)) : [`${machine.name} (may still run)`, ...leftOf(record)]
    },
  }
}

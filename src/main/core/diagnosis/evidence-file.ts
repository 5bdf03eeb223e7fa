import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomic } from '../write-atomic.ts'
import { createRedactor } from '../exec/redact.ts'
import type { Evidence } from './evidence.ts'

/** Of how many jobs evidence is kept. */
const kept = 30

const folderOf = (dataDir: string) => join(dataDir, 'diagnosis')
const fileOf = (dataDir: string, jobId: string) => join(folderOf(dataDir), `${jobId}.json`)

/** Keeps what was read about a job for its report, secrets masked; of older jobs it is forgotten. A full disk costs the report, nothing else. */
export async function keepEvidence(dataDir: string, jobId: string, evidence: Evidence): Promise<void> {
  try {
    const texts = evidence.texts.map((one) => {
      const redactor = createRedactor([])
      return {
        ...one,
        text: one.text
          .split('\n')
          .map((line) => redactor.line(line))
          .join('\n'),
      }
    })
    await writeAtomic(fileOf(dataDir, jobId), JSON.stringify({ ...evidence, texts }), false)
    const names = await readdir(folderOf(dataDir))
    const times = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folderOf(dataDir), name))).mtimeMs })))
    for (const { name } of times.sort((a, b) => b.at - a.at).slice(kept)) await rm(join(folderOf(dataDir), name), { force: true })
  } catch {
    // Nothing depends on it.
  }
}

/** Null where nothing was kept. */
export async function readEvidence(dataDir: string, jobId: string): Promise<Evidence | null> {
  if (!/^[\w-]+$/.test(jobId)) return null
  try {
    return JSON.parse(await readFile(fileOf(dataDir, jobId), 'utf8')) as Evidence
  } catch {
    return null
  }
}

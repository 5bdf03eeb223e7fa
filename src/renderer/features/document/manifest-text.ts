import { fitsMessage, mostTextBytes } from '#shared/message-size.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'

/** The text of a file that somebody has chosen. Throws `file-unreadable` (it went away, or is none), `text-too-large`. */
export async function manifestText(file: File): Promise<string> {
  // Not even read.
  if (file.size > mostTextBytes) throw textTooLarge(file.name)
  const text = await file.text().catch((cause: unknown) => {
    throw { code: 'file-unreadable', facts: { file: file.name, reason: (cause as Error).name }, commandId: null } satisfies AppErrorShape
  })
  if (!fitsMessage(text)) throw textTooLarge(file.name)
  return text
}

/** `name`: of a file, or of the field. */
export const textTooLarge = (name: string): AppErrorShape => ({
  code: 'text-too-large',
  facts: { name, max: mostTextBytes },
  commandId: null,
})

import type { LogNote, LogRow } from './log-rows.ts'
import type { LogTarget } from './log-target.ts'

/** Rows as text to be kept: without colours, times as the kubelet wrote them; what was told between the lines is marked, so that a gap stays a gap. */
export function logText(rows: readonly LogRow[], timestamps: boolean, told: (note: LogNote) => string): string {
  const lines = rows.map((row) =>
    row.kind === 'note' ? `# ${told(row.note)}` : timestamps && row.time !== null ? `${row.time} ${row.plain}` : row.plain,
  )
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

/** `shop_web-0_web_20260914T140821Z.log` */
export function fileName({ namespace, pod, container }: LogTarget, previous: boolean, at = new Date()): string {
  const stamp = at.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
  return `${[namespace, pod, container, previous ? 'previous' : '', stamp].filter(Boolean).join('_')}.log`
}

/** Hands a text to the browser as a file. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

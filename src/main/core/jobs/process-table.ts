import { readdirSync, readFileSync } from 'node:fs'
import type { Exec } from '../exec/types.ts'

export type ProcessRow = {
  readonly pid: number
  readonly group: number
  /** ms since 1970, to the second on macOS. */
  readonly startedAt: number
  /** Arguments joined by spaces. */
  readonly line: string
}

/** Every process that is not a zombie. Empty on Windows, which has no process groups. */
export async function processTable(exec: Pick<Exec, 'check'>, platform: NodeJS.Platform = process.platform): Promise<ProcessRow[]> {
  if (platform === 'win32') return []
  if (platform === 'linux') return fromProc()
  const { stdout } = await exec.check({ file: 'ps', args: ['-A', '-o', 'pid=,pgid=,stat=,lstart=,args='], quiet: true, timeoutMs: 5000 })
  return parsePs(stdout)
}

/** Rows of `ps -o pid=,pgid=,stat=,lstart=,args=` with LC_ALL=C: `  501   501 Ss   Tue Nov 24 03:33:14 2026 kind create`. */
export function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}) (.*)$/.exec(line)
    if (match === null || match[3]?.startsWith('Z')) return []
    return [{ pid: Number(match[1]), group: Number(match[2]), startedAt: Date.parse(match[4] ?? ''), line: match[5] ?? '' }]
  })
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the tick has been 1/100 s in /proc on every Linux architecture since 2.6. */
function fromProc(): ProcessRow[] {
  const bootAt = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]) * 1000
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return []
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ')
      return [{ pid: Number(name), group: Number(fields[2]), startedAt: bootAt + Number(fields[19]) * 10, line }]
    } catch {
      return [] // Ended between the two reads.
    }
  })
}

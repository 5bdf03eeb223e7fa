import { readdir, readFile } from 'node:fs/promises'

/** CPU seconds (own and of children that ended) and resident bytes of a process and its living descendants. */
export async function usage(pid: number): Promise<[number, number]> {
  let cpu = 0
  let memory = 0
  for (const each of await family(pid)) {
    const stat = (await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')
    if (!stat) continue
    // proc(5): utime, stime, cutime, cstime are fields 14–17, rss is field 24 in pages; after the name these are 11–14 and 21.
    cpu += [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) / 100
    memory += Number(stat[21]) * 4096
  }
  return [cpu, memory]
}

/** Resident bytes of these processes alone; one that has ended has none. */
export async function residentOf(pids: readonly number[]): Promise<number> {
  let bytes = 0
  for (const pid of pids) bytes += Number((await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ')[1] ?? 0) * 4096
  return bytes
}

/** How often the threads of a process and of its living descendants have gone to sleep, and so woken up, since they began. */
export async function wakeUps(pid: number): Promise<number> {
  let count = 0
  for (const each of await family(pid))
    for (const thread of await readdir(`/proc/${each}/task`).catch(() => [])) {
      const status = await readFile(`/proc/${each}/task/${thread}/status`, 'utf8').catch(() => '')
      count += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
    }
  return count
}

/** Ids of a process and its living descendants. */
export async function family(pid: number): Promise<string[]> {
  const parents = new Map<string, string>()
  for (const each of await readdir('/proc')) {
    if (!/^\d+$/.test(each)) continue
    const parent = (await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[1]
    if (parent) parents.set(each, parent)
  }
  const found = [String(pid)]
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child)
  return found
}

/** Command lines of processes of this machine, those in containers too, that name this word; without this process and what started it. */
export async function processesWith(word: string): Promise<string[]> {
  const found: string[] = []
  const mine = new Set<string>()
  for (let pid = String(process.pid); pid !== '' && pid !== '0' && !mine.has(pid); ) {
    mine.add(pid)
    pid = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[1] ?? ''
  }
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || mine.has(pid)) continue
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ').trim()
    if (line.includes(word)) found.push(line)
  }
  return found.sort()
}

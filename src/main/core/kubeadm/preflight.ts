import type { PreflightFinding } from '#shared/contract/kubeadm.ts'
import { checksOf } from '../host-checks/preflight-names.ts'

type Open = Pick<PreflightFinding, 'level' | 'check' | 'text'>

/** Findings in what kubeadm printed, on whichever stream, problems first. A text may go on over lines, which begin neither with a bracket nor with a log's head. Pure. */
export function parsePreflight(output: string): PreflightFinding[] {
  const found: Open[] = []
  let open = false
  for (const line of output.split(/\r?\n/)) {
    const [, level, check = '', text = ''] = /^\s*\[(ERROR|WARNING) ([^\]]+)\]: ?(.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (level !== undefined) {
      found.push({ level: level === 'ERROR' ? 'problem' : 'warning', check, text })
      open = true
    } else if (!open || last === undefined || line.trim() === '' || /^\[|^[IWEF]\d{4} |^error |^To see the stack trace/.test(line))
      open = false
    else found[found.length - 1] = { ...last, text: `${last.text}\n${line.trim()}` }
  }
  const once = found.filter((one, index) => found.findIndex((other) => other.check === one.check && other.text === one.text) === index)
  const rank = (one: Open) => (one.level === 'problem' ? 0 : 1)
  return once.sort((a, b) => rank(a) - rank(b)).map((one) => ({ ...one, text: one.text.trim(), checkIds: [...checksOf(one.check)] }))
}

import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { quoteLine, quoteWord } from '../targets/quote.ts'

/**
 * The steps as a POSIX shell script that does the same by hand; what is so already is left out. Root is asked for by sudo where the script
 * does not run as root. Pure.
 */
export function planScript(title: string, steps: readonly HostStep[]): string {
  const todo = steps.filter((step) => !step.done)
  const lines = ['#!/bin/sh', `# ${oneLine(title)}`, 'set -eu']
  if (todo.some((step) => step.root)) lines.push('as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }')
  todo.forEach((step, index) => {
    lines.push('', `# ${index + 1}. ${oneLine(step.id)}`)
    if (step.link !== null) lines.push(`# ${oneLine(step.link)}`)
    const as = step.root ? 'as_root ' : ''
    for (const action of step.actions) lines.push(...(action.kind === 'file' ? fileLines(action, as) : commandLines(action, as)))
  })
  return `${lines.join('\n')}\n`
}

function fileLines({ path, before, after, mode }: Extract<HostAction, { kind: 'file' }>, as: string): string[] {
  const file = quoteWord(path)
  if (after === null) return [`${as}rm -f -- ${file}`]
  const folder = path.slice(0, path.lastIndexOf('/'))
  const lines = folder === '' ? [] : [`${as}mkdir -p -- ${quoteWord(folder)}`]
  const to = `${as}tee -- ${file} >/dev/null`
  if (after.endsWith('\n')) {
    const end = delimiter(after)
    lines.push(`${to} <<'${end}'`, `${after}${end}`)
  } else lines.push(`printf %s ${after === '' ? "''" : quoteWord(after)} | ${to}`)
  const bits = mode ?? (before === null ? 0o644 : null)
  if (bits !== null) lines.push(`${as}chmod ${octal(bits)} -- ${file}`)
  return lines
}

const commandLines = ({ argv, check }: Extract<HostAction, { kind: 'command' }>, as: string): string[] => [
  `${as}${quoteLine(argv)}`,
  ...(check === null ? [] : [`${as}${quoteLine(check)} >/dev/null`]),
]

/** A line that the text does not have. */
function delimiter(text: string): string {
  const lines = new Set(text.split('\n'))
  let name = 'COVE_END'
  for (let n = 1; lines.has(name); n += 1) name = `COVE_END_${n}`
  return name
}

export const octal = (mode: number) => mode.toString(8).padStart(4, '0')

/** For a comment: nothing in it may begin a line of its own. */
const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, type RunningApp } from '#core/app.ts'
import { AppError } from '#core/error.ts'
import { hostIntentSchema, type HostFinding, type HostReport } from '#shared/contract/host-checks.ts'
import { targetIdSchema } from '#shared/contract/targets.ts'
import { findingWords, sayFrom, type Say } from '#shared/words/finding-words.ts'
import { countOf, hostReportMarkdown, resultOrder } from '#shared/words/host-report-markdown.ts'
import { hostCheckWords } from '#shared/words/host-check-words.ts'
import type { HostCheckCommand } from './command-line.ts'

type Options = Omit<HostCheckCommand, 'command'> & {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
}

/** What a script can go by: the worst that was found. Unknown is worse than a warning, as it may hide a problem. */
const exitCodes = { problem: 2, unknown: 3, warning: 1, ok: 0, 'not-applicable': 0 } as const satisfies Record<
  HostFinding['result'],
  number
>

/** By the worst that was found; 0 where nothing was looked at. Pure. */
export const exitCodeOf = (findings: readonly HostFinding[]): number =>
  exitCodes[resultOrder.find((result) => countOf(findings, result) > 0) ?? 'ok']

/** `cove host check`: the report on the standard output. Resolves with the exit code; 3 also where the machine could not be looked at, whatever went wrong. */
export async function hostCheck({ target, intent, form, homeDir, env, version }: Options): Promise<number> {
  const wanted = hostIntentSchema.safeParse(intent)
  if (!targetIdSchema.safeParse(target).success)
    return slip(`--target takes local, container:NAME or ssh:DESTINATION, not ${JSON.stringify(target)}`)
  if (!wanted.success)
    return slip(`${wanted.error.issues[0]?.path.join('.') ?? 'input'}: ${wanted.error.issues[0]?.message ?? 'not valid'}`)
  const say = sayFrom(
    /^zh(?![a-z])/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? hostCheckWords['zh-CN'] : hostCheckWords.en,
  )
  let dataDir: string | null = null
  let app: RunningApp | null = null
  let ended: Promise<void> | undefined
  const end = () => (ended ??= app?.dispose())
  // What runs on the machine is ended too, and nothing of it is left here.
  const stop = () => void end()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    // A folder of its own: a Cove that serves over the usual one is not disturbed.
    dataDir = await mkdtemp(join(tmpdir(), 'cove-host-check-'))
    app = await createApp({ dataDir, homeDir, env, host: { kind: 'web', openUrl: async () => false }, version })
    const report = await app.hostReport(target, wanted.data)
    process.stdout.write(`${shown(report, form, say)}\n`)
    return exitCodeOf(report.findings)
  } catch (error) {
    if (!(error instanceof AppError)) {
      console.error(error)
      return exitCodes.unknown
    }
    const facts = Object.entries(error.facts).map(([name, value]) => `${name}: ${value ?? ''}`)
    process.stderr.write(`cove: ${target} could not be looked at: ${error.code}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}\n`)
    return exitCodes.unknown
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    await end()
    if (dataDir !== null) await rm(dataDir, { recursive: true, force: true })
  }
}

function slip(problem: string): number {
  process.stderr.write(`cove: ${problem}\nTry: cove --help\n`)
  return exitCodes.unknown
}

function shown(report: HostReport, form: HostCheckCommand['form'], say: Say): string {
  switch (form) {
    case 'json':
      return JSON.stringify(report, null, 2)
    case 'markdown':
      return hostReportMarkdown(report, say)
    case 'lines':
      return lines(report, say)
  }
}

/** What is wrong, worst first, then how much of what there was. */
function lines(report: HostReport, say: Say): string {
  const { hostname, system, kernel, arch, intent, findings } = report
  const wrong = resultOrder.slice(0, 3).flatMap((result) => findings.filter((finding) => finding.result === result))
  return [
    `${say('report.title', { hostname })}: ${say('report.subject', { system, kernel, arch, role: say(`role.${intent.role}`), kubernetes: intent.kubernetes })}`,
    ...wrong.flatMap((finding) => {
      const { cause, consequence, fix } = findingWords(finding, say)
      const more = [consequence, fix].filter((text) => text !== null)
      return ['', `${say(`result.${finding.result}`)}  ${finding.id}: ${cause}`, ...more.map((text) => `  ${text}`)]
    }),
    '',
    resultOrder.map((result) => `${say(`result.${result}`)}: ${countOf(findings, result)}`).join(', '),
  ].join('\n')
}

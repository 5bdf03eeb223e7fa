import type { HostFinding, HostReport } from '../contract/host-checks.ts'
import { findingWords, type Say } from './finding-words.ts'

/** Worst first, and so through a report. */
export const resultOrder: readonly HostFinding['result'][] = ['problem', 'unknown', 'warning', 'ok', 'not-applicable']

export const countOf = (findings: readonly HostFinding[], result: HostFinding['result']): number =>
  findings.filter((finding) => finding.result === result).length

/** The whole report for a ticket or a wiki: what is wrong in full, the rest as a table. */
export function hostReportMarkdown(report: HostReport, say: Say): string {
  const { intent, findings, system, kernel, arch } = report
  const wrong = resultOrder.slice(0, 3).flatMap((result) => findings.filter((finding) => finding.result === result))
  const rest = findings.filter((finding) => !wrong.includes(finding))
  return [
    `# ${text(say('report.title', { hostname: report.hostname }))}`,
    '',
    text(say('report.subject', { system, kernel, arch, role: say(`role.${intent.role}`), kubernetes: intent.kubernetes })),
    text(say('report.made', { time: new Date(report.at).toISOString() })),
    ...(report.root ? [] : ['', text(say('report.notRoot'))]),
    '',
    resultOrder.map((result) => `${say(`result.${result}`)}: ${countOf(findings, result)}`).join(' · '),
    ...wrong.flatMap((finding) => section(finding, say)),
    '',
    `| ${say('report.check')} | ${say('report.finding')} |`,
    '| --- | --- |',
    ...rest.map((finding) => `| ${code(finding.id)} | ${text(findingWords(finding, say).cause)} |`),
    '',
  ].join('\n')
}

function section(finding: HostFinding, say: Say): string[] {
  const { title, cause, consequence, fix } = findingWords(finding, say)
  const line = (label: string, value: string | null) => (value === null ? [] : [`- **${say(`report.${label}`)}**: ${text(value)}`])
  return [
    '',
    `## ${say(`result.${finding.result}`)}: ${text(title)} (${code(finding.id)})`,
    '',
    ...line('cause', cause),
    ...line('consequence', consequence),
    ...line('fix', fix),
    ...finding.evidence
      .slice(0, 20)
      .map((one) => `- **${say('report.read')}**: ${code(one.source)}${one.text === '' ? '' : ` ${code(one.text)}`}`),
    ...(finding.preflight.length > 0 ? [`- **${say('report.preflight')}**: ${finding.preflight.map(code).join(', ')}`] : []),
    `- **${say('report.page')}**: <${finding.link}>`,
  ]
}

/** What a machine says of itself is text, never Markdown. */
const text = (value: string) => value.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, '\\$&')
const code = (value: string) => `\`${value.replaceAll(/[\r\n|]+/g, ' ').replaceAll('`', "'")}\``

import { AppError } from '../error.ts'
import { known, unknown, type Known, type WhyUnknown } from './facts.ts'

export type Section = { readonly lines: readonly string[]; readonly code: number }
export type Sections = ReadonlyMap<string, Section>

/** Exit codes that the script gives a section. */
const noFile = 44
const denied = 77
const tookTooLong = 124
const noProgram = 127

/** What the script printed (see collect-script.ts). Throws `command-output-unreadable` where it is not whole. Pure. */
export function readSections(text: string): Sections {
  const lines = text.split('\n')
  const first = lines.indexOf('cove-host-facts 1')
  const last = lines.lastIndexOf('done')
  if (first < 0 || last < first) throw new AppError('command-output-unreadable', { command: 'sh -s', reason: 'cut off' })
  const sections = new Map<string, Section>()
  let body: string[] = []
  for (const line of lines.slice(first + 1, last)) {
    const end = /^end (\S+) (\d*)$/.exec(line)
    if (line.startsWith('|')) body.push(line.slice(1))
    else if (end) sections.set(end[1] ?? '', { lines: body, code: end[2] === '' ? 1 : Number(end[2]) })
    else if (line.startsWith('section ')) body = []
  }
  return sections
}

/** Codes that are answers: `test` says no, `getent` knows no such name. */
const answers: Readonly<Record<string, number>> = { systemd: 1, resolves: 2 }

/** Those that could not be read: neither done, nor without anything to read. */
export function unreadSections(sections: Sections): ReadonlyMap<string, WhyUnknown> {
  return new Map(
    [...sections].flatMap(([name, { code }]) => {
      const why = whyOf(code)
      return code === 0 || why === 'absent' || answers[name] === code ? [] : [[name, why]]
    }),
  )
}

export const nothing: Section = { lines: [], code: 1 }

function whyOf(code: number): WhyUnknown {
  switch (code) {
    case noFile:
    case noProgram:
      return 'absent'
    case denied:
      return 'denied'
    case tookTooLong:
      return 'timeout'
    default:
      return 'failed'
  }
}

/** The lines of a section that was read, parsed; else why it was not. */
export function read<T>(sections: Sections, name: string, parse: (lines: readonly string[]) => T): Known<T> {
  const section = sections.get(name) ?? nothing
  return section.code === 0 ? known(parse(section.lines)) : unknown(whyOf(section.code))
}

/** As `read`, but a file that is not there counts as an empty one. */
export function readOrEmpty<T>(sections: Sections, name: string, parse: (lines: readonly string[]) => T): Known<T> {
  return sections.get(name)?.code === noFile ? known(parse([])) : read(sections, name, parse)
}

/** The lines of a section, none where it was not read. */
export const linesOf = (sections: Sections, name: string): readonly string[] => sections.get(name)?.lines ?? []

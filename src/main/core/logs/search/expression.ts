import { AppError } from '#core/error.ts'
import type { LogPattern } from '#shared/contract/logs.ts'

/** Characters that make a word longer. Chinese has no spaces between words, so there a hit within a sentence is one. */
const wordCharacter = '[0-9A-Za-z_\\u00c0-\\u024f]'

/** Throws `bad-input` (field: pattern) for a regular expression that is none. Lines are matched one by one, so `^` and `$` are their ends. */
export function expressionOf(pattern: LogPattern): RegExp {
  return compile(sourceOf(pattern), pattern, 'm')
}

/** The same for the text of many lines at once; its matches stay within a line. Null: such an expression cannot be made of it. */
export function manyLinesExpressionOf(pattern: LogPattern): RegExp | null {
  const source = withinLine(sourceOf(pattern))
  return source === null ? null : compile(source, pattern, 'gm')
}

function sourceOf({ text, regex, wholeWord }: LogPattern): string {
  const plain = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return wholeWord ? `(?<!${wordCharacter})(?:${plain})(?!${wordCharacter})` : plain
}

function compile(source: string, { matchCase }: LogPattern, flags: string): RegExp {
  try {
    return new RegExp(source, matchCase ? flags : `${flags}i`)
  } catch (error) {
    throw new AppError('bad-input', { field: 'pattern' }, { cause: error })
  }
}

/** What stands for more than it says, without the newline. */
const narrowed: Readonly<Record<string, string>> = { s: '[^\\S\\n]', W: '[^\\w\\n]', D: '[^\\d\\n]' }

/**
 * Takes the newline out of all that would match it unasked (`\s`, `[^x]` …): a match over many lines is never right, and looking for one can take the square of the time.
 * Null: a class that holds such an escape, a newline that is asked for, a look-around that may see the next line.
 */
function withinLine(source: string): string | null {
  let out = ''
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? ''
    if (character === '\\') {
      const next = source[++at] ?? ''
      if (/[nrxucPpk0]/.test(next)) return null
      out += narrowed[next] ?? `\\${next}`
    } else if (character === '[') {
      const end = classEnd(source, at)
      const body = source.slice(at, end + 1)
      if (end === -1 || /\\[sSWDnrxucPp0-9]/.test(body)) return null
      out += body.startsWith('[^') ? `[^\\n${body.slice(2)}` : body
      at = end
    } else if (source.startsWith('(?!', at) || source.startsWith('(?<!', at)) {
      const own = [`(?<!${wordCharacter})`, `(?!${wordCharacter})`].find((one) => source.startsWith(one, at))
      if (own === undefined) return null
      out += own
      at += own.length - 1
    } else out += character
  }
  return out
}

/** Index of the `]` that closes the class opened at `from`; -1: none. */
function classEnd(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === ']') return at
  }
  return -1
}

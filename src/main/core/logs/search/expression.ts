import { AppError } from '#core/error.ts'
import type { LogPattern } from '#shared/contract/logs.ts'

/** Characters that make a word longer: letters of alphabets, digits, `_`. Chinese and Japanese have no spaces between words, so there a hit within a sentence is one. */
const wordCharacter = '[0-9A-Za-z_\\u00aa\\u00b5\\u00ba\\u00c0-\\u1fff]'

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
 * Takes the newline out of all that would match it (`\s`, `[^x]` …): a match over many lines is never right, and looking for one can take the square of the time. An expression in
 * which nothing matches a newline sees one as it sees the end of its text, in look-arounds too.
 * Null: for what is rare (flags that change within it, octal and control escapes, a newline that is asked for) it is not tried.
 */
function withinLine(source: string): string | null {
  let out = ''
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? ''
    if (character === '\\') {
      const next = source[at + 1] ?? ''
      if (/^\\([nrck0]|\d\d)/.test(source.slice(at, at + 3))) return null
      const code = /^\\(x[\da-f]{2}|u[\da-f]{4})/i.exec(source.slice(at, at + 6))
      out += code ? notNewline(code[0]) : (narrowed[next] ?? `\\${next}`)
      at += code ? code[0].length - 1 : 1
    } else if (character === '[') {
      const end = classEnd(source, at)
      if (end === -1) return null
      const body = source.slice(at, end + 1)
      out += body.startsWith('[^') ? `[^\\n${body.slice(2)}` : /[\\\n]|[\0-\n]-/.test(body) ? notNewline(body) : body
      at = end
    } else if (character === '\n' || /^\(\?[a-z-]+:/.test(source.slice(at, at + 12))) return null
    else out += character
  }
  return out
}

const notNewline = (one: string) => `(?:(?!\\n)${one})`

/** Index of the `]` that closes the class opened at `from`; -1: none. */
function classEnd(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === ']') return at
  }
  return -1
}

/** One word for a POSIX shell. Null bytes cannot stand in a word; nobody's file or argument has them. */
export function quoteWord(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Words as one line that a POSIX shell reads as just these words. */
export function quoteLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}

/** A command as a person would type it: program by its name, words quoted where a shell would break them. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word, index) => quote(index === 0 ? (word.split(/[\\/]/).pop() ?? word) : word)).join(' ')
}

function quote(word: string): string {
  if (/^[\w@%+=:,./…-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

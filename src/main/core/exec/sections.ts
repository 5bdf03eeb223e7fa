/** What a script printed after each of its lines `== name`. Pure. */
export function sections(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of text.split(/^== /m).slice(1)) {
    const end = part.indexOf('\n')
    found.set(end < 0 ? part : part.slice(0, end).trim(), end < 0 ? '' : part.slice(end + 1))
  }
  return found
}

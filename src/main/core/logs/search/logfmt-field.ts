/** The value of a key of a logfmt line. Undefined: it has no such key. Pure. */
export function logfmtField(text: string, key: string): string | undefined {
  for (let at = text.indexOf(`${key}=`); at !== -1; at = text.indexOf(`${key}=`, at + 1)) {
    if (at > 0 && text[at - 1] !== ' ' && text[at - 1] !== '\t') continue
    const rest = text.slice(at + key.length + 1)
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest)
    return quoted ? (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1') : (/^\S*/.exec(rest)?.[0] ?? '')
  }
  return undefined
}

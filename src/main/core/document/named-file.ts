/** Name and document of a file's text; null: the file does not say its name. `heading`: what stands before the name. Pure. */
export function splitNamed(heading: string, text: string): { readonly name: string | null; readonly document: string } {
  const plain = text.replace(/^\uFEFF/, '')
  if (!plain.startsWith(heading)) return { name: null, document: plain }
  const end = plain.indexOf('\n')
  const name = plain.slice(heading.length, end === -1 ? undefined : end).trim()
  return { name: name === '' ? null : name, document: end === -1 ? '' : plain.slice(end + 1) }
}

/** Pure; the other way round. */
export function joinNamed(heading: string, name: string, document: string): string {
  return `${heading}${oneLine(name)}\n${document}${document.endsWith('\n') ? '' : '\n'}`
}

/** What a name of people becomes in the name of a file: `cilium-lab`, or `otherwise` where nothing of it can stay. Pure. */
export function stemOf(name: string, otherwise: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return stem === '' ? otherwise : stem
}

/** A name nobody has: `lab`, `lab 2`, `lab 3`. Pure. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  const base = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) if (!taken.includes(`${base} ${number}`)) return `${base} ${number}`
}

const oneLine = (name: string) => name.replace(/\s+/g, ' ').trim()

/**
 * A log line as it may be shown: whatever a program prints into its log must not act on the terminal, page or reader of someone else.
 * Colours and styles (SGR, `ESC [ … m`) stay. Other whole escape sequences (cursor, title, OSC 8 links, DCS …) go; a link's text stays, its address is never followed.
 * Any control character left is shown as its picture (U+2400…), C1 controls, line separators and characters that turn the direction of text (CVE-2021-42574) as U+FFFD.
 * One pass, so taking something away can never make a new sequence. Pure.
 * https://www.xfree86.org/current/ctlseqs.html
 */
export function sanitize(text: string): string {
  if (!suspicious.test(text)) return text
  return carriageReturns(text).replace(harmful, (match) => {
    if (sgr.test(match)) return match
    if (match.length > 1) return ''
    const code = match.charCodeAt(0)
    if (code === 0x7f) return '\u2421'
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD'
  })
}

/** The same without colours: for names, and to search in. */
export function plainText(text: string): string {
  return sanitize(text).replace(everySgr, '')
}

/** All texts in a value, keys too. Names and reasons come from whoever wrote the object, and a real API server is not the only one that answers. */
export function harmless<T>(value: T): T {
  if (typeof value === 'string') return plainText(value) as T
  if (Array.isArray(value)) return value.map(harmless) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [plainText(key), harmless(each)])) as T
}

// Tab is the one control character that is text.
const controls = '\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069'
const suspicious = new RegExp(`[${controls}]`)

const csi = '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]'
/** OSC, DCS, SOS, PM, APC up to their end: BEL (OSC only in theory, everywhere in practice), ST. */
const strings = '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)'
/** Two- and three-character sequences: charsets, save and restore cursor, reset. Not the openers above: alone they are shown. */
const short = '\\u001b[ -/]+[0-~]|\\u001b[0-OQ-WYZ\\\\`-~]'
const harmful = new RegExp(`${csi}|${strings}|${short}|[${controls}]`, 'g')
// Spelt out for the linter, which takes a control character in a pattern for a slip.
const sgrSource = `${String.fromCharCode(0x1b)}\\[[0-9;:]*m`
const everySgr = new RegExp(sgrSource, 'g')
const sgr = new RegExp(`^${String.fromCharCode(0x1b)}\\[[0-9;:]*m$`)

/** As a terminal shows it: what follows a CR is written over what was there. */
function carriageReturns(text: string): string {
  if (!text.includes('\r')) return text
  let shown = ''
  for (const part of text.split('\r')) shown = part.length >= shown.length ? part : part + shown.slice(part.length)
  return shown
}

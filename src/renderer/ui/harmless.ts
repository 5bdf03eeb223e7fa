/**
 * A text that may hold anything, as it is shown: control characters and those that turn the reading direction (CVE-2021-42574) are spelt out as in JSON. Core does its part with lines and
 * names; what comes from an address, a file's name or a value of JSON, which can spell such characters out, comes past it.
 */
export function harmless(text: string): string {
  return text.replaceAll(harmful, spelt)
}

/** The same with line ends and tabs as they are: for words that a text stands in. */
export function harmlessWords(text: string): string {
  return text.replaceAll(harmful, (character) => (character === '\n' || character === '\t' ? character : spelt(character)))
}

const harmful = /[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

function spelt(character: string): string {
  const short = { '\n': String.raw`\n`, '\t': String.raw`\t`, '\r': String.raw`\r` }[character]
  return short ?? String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

/** A name of a label or its value: up to 63 letters, digits, `-`, `_`, `.`; a key may have the name of a domain before it. */
const word = '[A-Za-z\\d](?:[\\w.-]{0,61}[A-Za-z\\d])?'
const key = `(?:[a-z\\d](?:[a-z\\d.-]{0,251}[a-z\\d])?/)?${word}`
const value = `(?:${word})?`
const requirement = [
  `!\\s*${key}`,
  `${key}(?:\\s*(?:==?|!=)\\s*${value}|\\s*[<>]\\s*\\d+|\\s+(?:not)?in\\s*\\(\\s*${value}(?:\\s*,\\s*${value})*\\s*\\))?`,
]
  .map((one) => `(?:${one})`)
  .join('|')
const whole = new RegExp(`^\\s*(?:${requirement})(?:\\s*,\\s*(?:${requirement}))*\\s*$`)

/**
 * Whether a text is a label selector; `bare`: one of keys alone, which any word is. The API server has the last word.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selectorKind(text: string): 'selector' | 'bare' | null {
  if (!whole.test(text)) return null
  return /[=!<>(]/.test(text) ? 'selector' : 'bare'
}

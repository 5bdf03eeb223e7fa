/** A name of a label or its value: up to 63 letters, digits, `-`, `_`, `.`; a key may have the name of a domain before it. */
const word = '[A-Za-z\\d](?:[\\w.-]{0,61}[A-Za-z\\d])?'
const key = `(?:[a-z\\d](?:[a-z\\d.-]{0,251}[a-z\\d])?/)?${word}`
const value = `(?:${word})?`
const requirement = [`!\\s*${key}`, `${key}(?:\\s*(?:==?|!=)\\s*${value}|\\s*[<>]\\s*\\d+|\\s+(?:not)?in\\(${value}(?:,${value})*\\))?`]
  .map((one) => `(?:${one})`)
  .join('|')
const whole = new RegExp(`^(?:${requirement})(?:,(?:${requirement}))*$`)

/**
 * Whether a text is a label selector; `bare`: one of keys alone, which any word is. The API server has the last word.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selectorKind(text: string): 'selector' | 'bare' | null {
  // Without the blanks around them: beside an empty value each could be of what is before or after it, and all ways be tried.
  const tight = text
    .split(/([,()])/)
    .map((part) => part.trim())
    .join('')
  if (!whole.test(tight)) return null
  return /[=!<>(]/.test(text) ? 'selector' : 'bare'
}

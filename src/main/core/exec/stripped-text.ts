import { stripVTControlCharacters } from 'node:util'

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/**
 * Text without escape sequences, control characters, line separators and characters that turn the reading direction (CVE-2021-42574):
 * what a tool prints must neither steer a terminal it is later pasted into nor show as something else than it is. Lines of a log keep a picture of each instead: `sanitize`.
 */
export function strippedText(text: string): string {
  return CONTROL.test(text) ? stripVTControlCharacters(text).replace(CONTROLS, '') : text
}

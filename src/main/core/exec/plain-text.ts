import { stripVTControlCharacters } from 'node:util'

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text without escape sequences and control characters: what a tool prints must not steer a terminal it is later pasted into. */
export function plainText(text: string): string {
  return CONTROL.test(text) ? stripVTControlCharacters(text).replace(CONTROLS, '') : text
}

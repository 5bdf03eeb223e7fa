/** Bytes of one message of a page to core. A host closes the socket of a page that sends more. */
export const messageBytes = 8 * 1024 * 1024

/** Bytes that one text may take of it: all else in a message is small. */
export const mostTextBytes = 8_000_000

/** Whether a text fits into one message: in JSON and UTF-8, as it is sent. Pure. */
export function fitsMessage(text: string): boolean {
  // A character takes six bytes at most: `\u001b`.
  if (text.length * 6 + 2 <= mostTextBytes) return true
  if (text.length > mostTextBytes) return false
  const json = JSON.stringify(text)
  let bytes = 0
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at)
    // Of a pair each half has two of its four bytes; half a pair alone is written as `\ud800`.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes <= mostTextBytes
}

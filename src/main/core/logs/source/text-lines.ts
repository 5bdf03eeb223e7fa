/** Lines of text out of bytes, for the JSON of a watch. A half line at the end is no line. Throws past `most` bytes of one line; etcd itself refuses objects past 1.5 MB. */
export async function* textLines(chunks: AsyncIterable<Buffer>, most = 8 * 1024 * 1024): AsyncGenerator<string, void> {
  let open: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...open, chunk.subarray(from, end)]).toString()
      open = []
      size = 0
      from = end + 1
      if (line !== '') yield line
    }
    if (from === chunk.length) continue
    // A chunk is good until the next.
    open.push(Buffer.from(chunk.subarray(from)))
    size += chunk.length - from
    if (size > most) throw new Error('a line is too long')
  }
}

/** A command with a document on its input, as a shell takes it. Pure. */
export function heredoc(line: string, document: string): string {
  const body = document.endsWith('\n') ? document : `${document}\n`
  const mark = markFor(body)
  return `${line} <<'${mark}'\n${body}${mark}`
}

/** A line that the document does not have. */
function markFor(text: string): string {
  const lines = new Set(text.split('\n'))
  let mark = 'EOF'
  while (lines.has(mark)) mark += '_'
  return mark
}

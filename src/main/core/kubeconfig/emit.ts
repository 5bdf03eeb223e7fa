/**
 * Words that YAML 1.1, which kubectl's parser speaks, reads as something else than text (`y` included), and YAML 1.2 does not:
 * https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
const keyword = /^(?:y|yes|n|no|on|off|true|false|null)$/i
const safePlain = /^[A-Za-z_][A-Za-z0-9_.@/+=-]*(?::[A-Za-z0-9_.@/+=-]+)*$/

/** A scalar as every YAML reader understands it: plain where that is safe, else in double quotes. */
export function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value)
  return safePlain.test(value) && !keyword.test(value)
    ? value
    : JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped)
}

/** Lines of a value as a block, the way kubectl writes: two spaces deeper per map, dashes at the column of their key. The first line has no indent. */
export function blockLines(value: unknown, column: number): string[] {
  const pad = ' '.repeat(column)
  const lines = bareLines(value)
  return lines.map((line, index) => (index === 0 ? line : pad + line))
}

function bareLines(value: unknown): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]']
    return value.flatMap((item) => bareLines(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`)))
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value)
    if (pairs.length === 0) return ['{}']
    return pairs.flatMap(([key, child]) => {
      const name = `${scalarText(key)}:`
      if (!isBlock(child)) return [`${name} ${bareLines(child)[0] ?? ''}`]
      const pad = Array.isArray(child) ? '' : '  '
      return [name, ...bareLines(child).map((line) => pad + line)]
    })
  }
  return [scalarText(value as string | number | boolean | null)]
}

function isBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Array.isArray(value) ? value.length : Object.keys(value).length) > 0
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

import Anser from 'anser'

export type Span = { readonly text: string; readonly className: string }
/** Start and end in the text without colours. */
export type Range = readonly [start: number, end: number]

const escape = '\u001b'
// Spelt out for the linter, which takes a control character in a pattern for a slip.
const sgr = new RegExp(`${escape}\\[[0-9;:]*m`, 'g')

export function plainText(text: string): string {
  return text.includes(escape) ? text.replace(sgr, '') : text
}

/** A line in pieces of one look. Colours become the eight of the theme, which read on its ground; what they were exactly is not kept. */
export function spansOf(text: string): Span[] {
  if (!text.includes(escape)) return text === '' ? [] : [{ text, className: '' }]
  // Colons as in `38:2::r:g:b` mean the same as semicolons.
  const usual = text.replace(sgr, (code) => code.replaceAll(/:+/g, ';'))
  return Anser.ansiToJson(usual, { json: true, use_classes: true, remove_empty: true }).map((piece) => {
    const names = piece.decorations.filter((name) => name !== 'reverse' && name !== 'blink').map((name) => `ansi-${name}`)
    const [fg, bg] = [colour(piece.fg, piece.fg_truecolor), colour(piece.bg, piece.bg_truecolor)]
    if (bg !== '' || piece.decorations.includes('reverse')) names.push(`ansi-on-${bg || fg || 'white'}`)
    else if (fg !== '') names.push(`ansi-${fg}`)
    return { text: piece.content, className: names.join(' ') }
  })
}

/** Cuts the pieces at the hits of a search. */
export function withHits(spans: readonly Span[], hits: readonly Range[]): (Span & { readonly hit: boolean })[] {
  const pieces: (Span & { readonly hit: boolean })[] = []
  let at = 0
  let next = 0
  for (const { text, className } of spans) {
    const end = at + text.length
    let from = at
    while (from < end) {
      while (next < hits.length && (hits[next]?.[1] ?? 0) <= from) next += 1
      const [start, stop] = hits[next] ?? [end, end]
      const hit = start <= from
      const to = Math.min(end, hit ? stop : start)
      pieces.push({ text: text.slice(from - at, to - at), className, hit })
      from = to
    }
    at = end
  }
  return pieces
}

const colours = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const
const palette = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const

function colour(name: string | null, exact: string | null): string {
  if (!name) return ''
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1]
  if (index !== undefined) return Number(index) < 16 ? (palette[Number(index) % 8] ?? '') : nearest(paletteColour(Number(index)))
  if (name === 'ansi-truecolor') return nearest((exact ?? '').split(',').map(Number))
  return name.replace(/^ansi-(bright-)?/, '')
}

/** By hue; what has none is grey. */
function nearest([r = 0, g = 0, b = 0]: readonly number[]): string {
  const most = Math.max(r, g, b)
  const span = most - Math.min(r, g, b)
  if (span < 32) return most < 96 ? 'black' : 'white'
  const sixth = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span
  return colours[(Math.round(sixth) + 6) % 6] ?? ''
}

/** xterm's 256 colours: a cube of 6×6×6, then greys. */
function paletteColour(index: number): number[] {
  if (index >= 232) return Array.from({ length: 3 }, () => 8 + (index - 232) * 10)
  const at = index - 16
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((part) => (part === 0 ? 0 : 55 + part * 40))
}

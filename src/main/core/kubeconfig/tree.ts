/**
 * A YAML text as values that know where they stand, so that an edit can cut and paste text and leave every other byte alone.
 * Offsets are UTF-16 indexes into the text; `end` is after the last character of the value, without its line end or trailing comment.
 */
export type Located =
  | {
      readonly kind: 'map'
      readonly flow: boolean
      readonly start: number
      readonly end: number
      readonly column: number
      readonly pairs: readonly LocatedPair[]
    }
  | {
      readonly kind: 'seq'
      readonly flow: boolean
      readonly start: number
      readonly end: number
      readonly column: number
      readonly items: readonly LocatedItem[]
    }
  | { readonly kind: 'scalar'; readonly start: number; readonly end: number; readonly value: string | number | boolean | null }
  /** Alias, block scalar, tagged value: read, never edited in place. */
  | { readonly kind: 'opaque'; readonly start: number; readonly end: number }

export type LocatedMap = Extract<Located, { kind: 'map' }>
export type LocatedSeq = Extract<Located, { kind: 'seq' }>

/** `colonEnd`: right after the colon. */
export type LocatedPair = { readonly key: string; readonly keyStart: number; readonly colonEnd: number; readonly value: Located }
/** `dash`: where the `-` of a block sequence stands; the start of the value in a flow sequence. */
export type LocatedItem = { readonly dash: number; readonly value: Located }

/** The pair of this key in a map, or undefined for anything else. */
export function pairOf(node: Located | null | undefined, key: string): LocatedPair | undefined {
  return node?.kind === 'map' ? node.pairs.find((pair) => pair.key === key) : undefined
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

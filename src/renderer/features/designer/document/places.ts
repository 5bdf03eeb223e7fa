import { isSeq, type Node } from 'yaml'
import { dashesOf, endOf, nodeAt } from '../../document/text.ts'
import { parseText } from './text.ts'

/** Where each node of kind's document stands in its text, in their order; empty where it cannot be read. Pure. */
export function nodePlaces(text: string): { readonly from: number; readonly to: number }[] {
  try {
    const { cluster } = parseText(text)
    const list = cluster === null ? undefined : nodeAt(cluster, ['nodes'])
    if (!isSeq(list)) return []
    const dashes = dashesOf(list)
    return list.items.map((item, index) => {
      const from = dashes?.[index] ?? (item as Node | null)?.range?.[0] ?? 0
      const end = Math.max(from, endOf(item))
      return { from, to: text[end - 1] === '\n' && end > from ? end - 1 : end }
    })
  } catch {
    return []
  }
}

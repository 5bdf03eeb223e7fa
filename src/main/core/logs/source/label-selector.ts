import { z } from 'zod'

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
export const labelSelectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
})
export type LabelSelector = z.infer<typeof labelSelectorSchema>

/** A selector of an object as the text that a list takes; matching stays the API server's. Null: nothing can match it. Pure. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string | null {
  const parts = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  for (const { key, operator, values } of matchExpressions ?? []) {
    const list = (values ?? []).join(',')
    if (operator === 'In') parts.push(`${key} in (${list})`)
    else if (operator === 'NotIn') parts.push(`${key} notin (${list})`)
    else if (operator === 'Exists') parts.push(key)
    else if (operator === 'DoesNotExist') parts.push(`!${key}`)
    else return null
  }
  return parts.length === 0 ? null : parts.join(',')
}

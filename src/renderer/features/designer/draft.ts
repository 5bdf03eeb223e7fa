import type { CreateSpecInput } from '#shared/contract/clusters.ts'

let handed: CreateSpecInput | null = null

/** Hands over what the create dialog holds, for the designer that opens next. */
export function handOver(spec: CreateSpecInput) {
  handed = spec
}
export function takeOver(): CreateSpecInput | null {
  const spec = handed
  handed = null
  return spec
}

import type { CreateSpecInput } from '#shared/contract/clusters.ts'

const specs = new Map<string, CreateSpecInput>()

/** Keeps what a create was asked for in this window, where it is shown before core has said anything of it. */
export function rememberSpec(jobId: string, spec: CreateSpecInput) {
  specs.set(jobId, spec)
}

/** As entered in this window; null: this window does not know it. */
export const rememberedSpec = (jobId: string): CreateSpecInput | null => specs.get(jobId) ?? null

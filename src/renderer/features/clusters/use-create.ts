import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { CreatePlan, CreateSpecInput } from '#shared/contract/clusters.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { queryUtils } from '../../api/client.ts'
import { useSettled } from '../../ui/use-settled.ts'
import { useStartCreate } from '../jobs/use-start-create.ts'
import { useEngine } from './engine-problem.tsx'

/** A port mapping as typed. */
export type PortDraft = { readonly hostPort: string; readonly containerPort: string }
/** The specification as far as it was touched; null: what Cove proposes. */
export type CreateDraft = {
  readonly name: string | null
  readonly image: string | null
  readonly controlPlanes: number
  readonly workers: number
  readonly ports: readonly PortDraft[]
}
export type Create = ReturnType<typeof useCreate>

const untouched: CreateDraft = { name: null, image: null, controlPlanes: 1, workers: 0, ports: [] }
const portCodes = ['port-invalid', 'port-taken']
const imageCodes = ['image-invalid', 'image-not-found', 'image-pull-failed', 'kubernetes-needs-cgroup-v2']

/** The draft of a cluster, what a create of it would do, and what stands in its way. */
export function useCreate(start?: CreateSpecInput | null) {
  const startCreate = useStartCreate()
  const [draft, setDraft] = useState<CreateDraft>(() => (start ? fromSpec(start) : untouched))
  const asked = useSettled(draft, 120)
  const plan = useQuery(
    queryUtils.clusters.plan.queryOptions({ input: { ...parts(asked), name: asked.name }, placeholderData: keepPreviousData }),
  )
  const engineState = useEngine()?.state
  const { refetch } = plan
  const asOfEngine = useRef(engineState)
  useEffect(() => {
    // What a create would do changes when the engine comes or goes.
    if (asOfEngine.current !== undefined && engineState !== undefined && asOfEngine.current !== engineState) void refetch()
    asOfEngine.current = engineState
  }, [engineState, refetch])

  const name = draft.name ?? plan.data?.spec.name ?? null
  const current = plan.data && !plan.isPlaceholderData && asked === draft ? plan.data : null
  const local = draft.ports.flatMap((port) => [port.hostPort, port.containerPort]).filter((port) => !isPort(port))
  const problems: AppErrorShape[] = [
    ...local.map((port): AppErrorShape => ({ code: 'port-invalid', facts: { port: port === '' ? '–' : port }, commandId: null })),
    ...(plan.data?.problems ?? []).filter((problem) => !(local.length > 0 && problem.code === 'port-invalid')),
  ]
  const of = (match: (code: string) => boolean) => problems.filter((problem) => match(problem.code))
  const isName = (code: string) => code.startsWith('name-')
  const isPortCode = (code: string) => portCodes.includes(code)
  const isImage = (code: string) => imageCodes.includes(code)
  const ready = name !== null && (current ? problems.length === 0 : plan.data !== undefined && local.length === 0)
  const [first] = useState(draft)
  return {
    draft,
    change: (part: Partial<CreateDraft>) => {
      setDraft((before) => ({ ...before, ...part }))
    },
    name,
    plan: plan.data ?? null,
    planError: plan.error,
    loading: plan.isPending,
    retryPlan: () => void refetch(),
    nameProblem: of(isName)[0] ?? null,
    portProblem: of(isPortCode)[0] ?? null,
    imageProblem: of(isImage)[0] ?? null,
    problems: of((code) => !isName(code) && !isPortCode(code) && !isImage(code)),
    ready,
    /** Something of it was changed by hand. */
    touched: draft !== first,
    spec: (): CreateSpecInput => ({ ...parts(draft), name: name ?? '' }),
    submit: () => {
      if (!ready || name === null) return
      startCreate({ ...parts(draft), name }, plan.data ?? null)
    },
  }
}

function parts(draft: CreateDraft) {
  const ports = draft.ports
    .filter((port) => isPort(port.hostPort) && isPort(port.containerPort))
    .map((port) => ({ hostPort: Number(port.hostPort), containerPort: Number(port.containerPort) }))
  return { image: draft.image, controlPlanes: draft.controlPlanes, workers: draft.workers, ports }
}

function fromSpec(spec: CreateSpecInput): CreateDraft {
  return {
    name: spec.name,
    image: spec.image ?? null,
    controlPlanes: spec.controlPlanes ?? 1,
    workers: spec.workers ?? 0,
    ports: (spec.ports ?? []).map((port) => ({ hostPort: String(port.hostPort), containerPort: String(port.containerPort) })),
  }
}

const isPort = (text: string) => /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535

/** Bytes a create would fetch and the time it usually takes, without what was never measured; null where nothing is known. */
export function planTotals(plan: CreatePlan): { readonly usualMs: number | null; readonly bytes: number } {
  const fetched = plan.steps.filter((step) => step.id === 'download-kubectl' || step.id === 'download-tool' || step.id === 'pull-image')
  const usual = plan.steps.reduce((sum, step) => sum + (step.usualMs ?? 0), 0)
  return { usualMs: usual > 0 ? usual : null, bytes: fetched.reduce((sum, step) => sum + (step.bytes ?? 0), 0) }
}

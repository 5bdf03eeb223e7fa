import { useRouter } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'
import type { CreatePlan, CreateSpecInput } from '#shared/contract/clusters.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import { api, appError } from '../../api/client.ts'
import { painted } from '../../painted.ts'
import { toShape } from '../shell/error-words.ts'
import { rememberSpec } from './spec-memory.ts'
import { beginStarting, refused, started } from './starting.ts'

/** Starts a create and shows its job in the same moment; the page takes the job's own name as soon as core has given it one. */
export function useStartCreate(): (spec: CreateSpecInput, plan: CreatePlan | null) => void {
  const router = useRouter()
  const busy = useRef(false)
  return useCallback(
    (spec, plan) => {
      // Two presses before the next page is painted are one create.
      if (busy.current) return
      busy.current = true
      const id = beginStarting(spec, plan)
      rememberSpec(id, spec)
      void router.navigate({ to: '/jobs/$id', params: { id } })
      // What core and its tools do takes the processors from the page: asked at once, the first step was on the screen 130 ms later (B6, two cores).
      const settled = painted()
        .then(() => api.clusters.create(spec))
        .then(
          ({ jobId }) => {
            rememberSpec(jobId, spec)
            started(id, jobId)
            // Whoever has gone elsewhere meanwhile stays there.
            if (router.latestLocation.pathname.endsWith(`/jobs/${id}`))
              void router.navigate({ to: '/jobs/$id', params: { id: jobId }, replace: true })
          },
          (error: unknown) => refused(id, toShape(error) as AppErrorShape, appError(error) ? [] : null),
        )
      void settled.finally(() => {
        busy.current = false
      })
    },
    [router],
  )
}

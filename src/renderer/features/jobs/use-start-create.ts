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
      const shown = painted()
      const settled = api.clusters.create(spec).then(
        async ({ jobId }) => {
          // The answer can be here before the first step is on the screen, and must not be in its way.
          await shown
          rememberSpec(jobId, spec)
          started(id, jobId)
          // Whoever has gone elsewhere meanwhile stays there.
          if (router.latestLocation.pathname.endsWith(`/jobs/${id}`))
            void router.navigate({ to: '/jobs/$id', params: { id: jobId }, replace: true })
        },
        (error: unknown) => refused(id, toShape(error) as AppErrorShape, appError(error) ? [] : null),
      )
      void Promise.all([shown, settled]).finally(() => {
        busy.current = false
      })
    },
    [router],
  )
}

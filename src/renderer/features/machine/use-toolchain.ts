import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Job } from '#shared/contract/jobs.ts'
import type { ToolchainSnapshot, ToolName } from '#shared/contract/toolchain.ts'
import { api, queryUtils } from '../../api/client.ts'

/** Tools and engine as last known, and a way to look at everything again. */
export function useToolchain() {
  const queryClient = useQueryClient()
  const list = useQuery(queryUtils.toolchain.list.queryOptions())
  const refresh = useMutation({
    mutationFn: () => api.toolchain.refresh(),
    onSuccess: (snapshot) => queryClient.setQueryData(queryUtils.toolchain.list.queryKey(), snapshot),
  })
  return { list, refresh }
}

/** Starts a download; its row shows the job in the same moment, before core says that the toolchain changed. */
export function useDownload() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ tool, version }: { readonly tool: ToolName; readonly version: string | null }) =>
      api.toolchain.download({ tool, version }),
    onSuccess: ({ jobId }, { tool }) =>
      queryClient.setQueryData(queryUtils.toolchain.list.queryKey(), (known: ToolchainSnapshot | undefined) =>
        known ? { ...known, tools: known.tools.map((one) => (one.name === tool ? { ...one, jobId } : one)) } : known,
      ),
  })
}

/** Says which copy is used from now on; null: Cove chooses by itself. */
export function useChoose() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (wish: { readonly tool: ToolName; readonly path: string | null }) => api.toolchain.choose(wish),
    onSuccess: async (snapshot) => {
      queryClient.setQueryData(queryUtils.toolchain.list.queryKey(), snapshot)
      await queryClient.invalidateQueries({ queryKey: queryUtils.settings.key() })
    },
  })
}

/** The last download of a tool, where it failed: what was asked for is then still not there. */
export function useFailedDownload(tool: ToolName): Job | null {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  const last = jobs.find((job) => job.kind === 'tool.download' && job.subject === tool)
  return last && (last.state === 'failed' || last.state === 'interrupted') ? last : null
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Component, Downloaded, ReleaseBuild, Releases } from '#shared/contract/downloads.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { isForEveryPlatform } from '#shared/every-platform.ts'
import { api, queryUtils } from '../../api/client.ts'

export function useReleases() {
  return useQuery(queryUtils.downloads.releases.queryOptions())
}

/** Asks the publisher for the newest patch of a minor; the list knows it in the same moment. */
export function useAskNewest() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (minor: string) => api.downloads.askNewest({ minor }),
    onSuccess: (answer) =>
      queryClient.setQueryData(queryUtils.downloads.releases.queryKey(), (known: Releases | undefined) => {
        if (!known) return known
        const others = known.minors.filter((one) => one.minor !== answer.minor)
        return { ...known, minors: [...others, answer].sort((a, b) => Number(b.minor.slice(2)) - Number(a.minor.slice(2))) }
      }),
  })
}

export function useFiles(build: ReleaseBuild) {
  return useQuery(queryUtils.downloads.files.queryOptions({ input: build, retry: false }))
}

/** Digests and sizes, only once they are asked for: `refetch`. */
export function useAskedFiles(build: ReleaseBuild) {
  return useQuery(queryUtils.downloads.ask.queryOptions({ input: build, enabled: false, retry: false }))
}

export function useDownloaded() {
  return useQuery(queryUtils.downloads.list.queryOptions({ refetchOnMount: 'always' }))
}

export type StartWish = ReleaseBuild & { readonly component: Component; readonly folder: string | null; readonly signature: boolean }

export function useStart() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (wish: StartWish) => api.downloads.start(wish),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.jobs.list.key() }),
  })
}

/** The last download of a file, running or ended; null: none of this build. */
export function useLastJobs(build: ReleaseBuild): (component: Component) => Job | null {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  return (component) =>
    jobs.find(
      ({ kind, facts }) =>
        kind === 'component.download' &&
        facts['tool'] === component &&
        facts['version'] === build.version &&
        (isForEveryPlatform(component) || (facts['os'] === build.os && facts['arch'] === build.arch)),
    ) ?? null
}

export function useVerify() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.downloads.verify({ id }),
    onSuccess: (answer) =>
      queryClient.setQueryData(queryUtils.downloads.list.queryKey(), (known: Downloaded[] | undefined) =>
        known?.map((one) => (one.id === answer.id ? answer : one)),
      ),
  })
}

export function useRemove() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.downloads.remove({ id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryUtils.downloads.list.key() }),
  })
}

export function useImages(version: string) {
  return useQuery(queryUtils.downloads.images.queryOptions({ input: { version }, retry: false }))
}

/** Digests and architectures, only once they are asked for: `refetch`. */
export function useAskedImages(version: string) {
  return useQuery(queryUtils.downloads.askImages.queryOptions({ input: { version }, enabled: false, retry: false }))
}

/** The job that works on the images of a version now. */
export function useImagesJob(version: string): Job | null {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } })).data ?? []
  return (
    jobs.find(
      ({ kind, subject, state }) =>
        (kind === 'images.pull' || kind === 'images.save') && subject === version && (state === 'running' || state === 'cancelling'),
    ) ?? null
  )
}

import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#shared/contract/jobs.ts'
import { api } from '../../api/client.ts'
import { Button } from '../../ui/index.ts'
import { ErrorNotice } from '../shell/error-notice.tsx'

/** The same images into the same machines once more. */
export function AgainOnMachines({ job, primary }: { readonly job: Job; readonly primary: boolean }) {
  const { t: common } = useTranslation('common')
  const navigate = useNavigate()
  const wish = wishOf(job)
  const load = useMutation({
    mutationFn: (input: NonNullable<typeof wish>) => api.hostImages.load(input),
    onSuccess: ({ jobId }) => navigate({ to: '/jobs/$id', params: { id: jobId } }),
  })
  if (wish === null) return null
  return (
    <>
      <Button variant={primary ? 'primary' : 'plain'} icon={RotateCw} busy={load.isPending} onClick={() => load.mutate(wish)}>
        {common('retry')}
      </Button>
      {load.error ? <ErrorNotice error={load.error} /> : null}
    </>
  )
}

function wishOf({ facts }: Job): Parameters<typeof api.hostImages.load>[0] | null {
  // None of them has a blank in it.
  const words = (name: string) => (typeof facts[name] === 'string' ? facts[name].split(' ') : [])
  const [targets, images] = [[...words('target'), ...words('targets')], words('images')]
  const archive = typeof facts['archive'] === 'string' ? facts['archive'] : null
  if (targets.length === 0 || (images.length === 0 && archive === null)) return null
  return archive === null ? { targets, images } : { targets, archive }
}

import { useQuery } from '@tanstack/react-query'
import { queryUtils } from '../../api/client.ts'
import { JobInRow } from '../clusters/job-in-row.tsx'

/** The job that works on this cluster now. */
export function JobStrip({ id }: { readonly id: string }) {
  const jobs = useQuery(queryUtils.jobs.list.queryOptions({ input: { limit: 50 } }))
  const job = jobs.data?.find((one) => one.id === id)
  if (!job) return null
  return (
    <div className="job-strip line">
      <JobInRow job={job} />
    </div>
  )
}

import { useFormat } from '../../ui/index.ts'

/** When something began: the time, or the date where it is not of these days. */
export function Started({ at, dated }: { readonly at: number; readonly dated: boolean }) {
  const format = useFormat()
  return (
    <time dateTime={new Date(at).toISOString()} title={format.dateTime(at)}>
      {dated ? format.date(at) : format.time(at)}
    </time>
  )
}

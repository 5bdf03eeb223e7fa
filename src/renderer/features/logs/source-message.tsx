import type { LogSource } from '#shared/contract/logs.ts'

/** What the API says of a source that brings no lines, in its own words: which secret is missing, which image cannot be had. */
export function SourceMessage({ source: { state, message } }: { readonly source: LogSource }) {
  if (message === '' || (state !== 'waiting' && state !== 'ended')) return null
  return (
    <q className="log-said" title={message}>
      {message}
    </q>
  )
}

import { made } from './cleanup.ts'
import { type CoveClient, connect } from './client.ts'
import { type CoveProcess, type Machine, startCove } from './cove.ts'
import { type LogViewsApi, logViewsOf } from './log-views.ts'

export type RunningCove = CoveProcess & { readonly views: LogViewsApi; readonly api: CoveClient['api']; readonly end: () => Promise<void> }

/** Cove on that machine with a client at its socket; `end` closes and stops them, the machine stays. */
export const coveOn = (machine: Machine): Promise<RunningCove> =>
  made(async (onEnd) => {
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const client = await connect(cove)
    onEnd(client.close)
    return { ...cove, api: client.api, views: logViewsOf(client.api) }
  })

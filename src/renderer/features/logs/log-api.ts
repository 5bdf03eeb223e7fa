import type { ContractRouterClient } from '@orpc/contract'
import type { logs } from '#shared/contract/logs.ts'
import { api } from '../../api/client.ts'

export { ConnectionLost, iterate } from '../../api/client.ts'

export type LogApi = ContractRouterClient<typeof logs>
/** The log views of core; nothing else of this feature talks to it. */
export const logApi: LogApi = api.logs

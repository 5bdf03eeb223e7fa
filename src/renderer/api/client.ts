import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query'
import type { Contract } from '#shared/contract/index.ts'
import { createConnection } from './connection.ts'
import { iterateOver } from './iterate.ts'
import { openPort, openSocket } from './transport.ts'

export { appError, ConnectionLost } from './errors.ts'

export type Api = ContractRouterClient<Contract>

/** True in the Electron window, false in a browser on `cove serve`. */
export const inElectron = window.location.protocol === 'app:'

/** For `useSyncExternalStore(connection.subscribe, connection.getSnapshot)`. */
export const connection = createConnection(inElectron ? openPort : () => openSocket(`${window.location.origin.replace(/^http/, 'ws')}/api`))

/** Core, typed by the contract. */
export const api: Api = createORPCClient(connection.link)

/** `queryUtils.clusters.list.queryOptions()` and so on, for TanStack Query. */
export const queryUtils: RouterUtils<Api> = createTanstackQueryUtils(api)

/** `iterate((signal) => api.jobs.watch({ id }, { signal }), onEvent, signal)`: reads a stream, again after each lost connection. */
export const iterate = <T>(start: (signal: AbortSignal) => Promise<AsyncIterable<T>>, onEvent: (event: T) => void, signal: AbortSignal) =>
  iterateOver(connection, start, onEvent, signal)

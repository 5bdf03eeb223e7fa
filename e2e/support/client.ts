import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { Page } from '@playwright/test'
import { WebSocket } from 'ws'
import type { Contract } from '../../src/shared/contract/index.ts'
import type { CoveProcess } from './cove.ts'

export type CoveClient = { readonly api: ContractRouterClient<Contract>; readonly close: () => void }

/** Speaks to a running `cove serve` as its page does: the launch address becomes a cookie, the cookie opens the socket. */
export async function connect(cove: CoveProcess): Promise<CoveClient> {
  const launched = await fetch(cove.launchUrl, { redirect: 'manual' })
  const cookie = launched.headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error(`the launch address gave no cookie (status ${launched.status})`)
  return connectWith(cove, cookie)
}

/** Opens Cove in a page, which uses the launch address up, and connects beside it with the cookie that the page got for it. */
export async function connectAs(page: Page, cove: CoveProcess): Promise<CoveClient> {
  await page.goto(cove.launchUrl)
  const [cookie] = await page.context().cookies(cove.origin)
  if (!cookie) throw new Error('the launch address gave the page no cookie')
  return connectWith(cove, `${cookie.name}=${cookie.value}`)
}

async function connectWith(cove: CoveProcess, cookie: string): Promise<CoveClient> {
  const socket = new WebSocket(`${cove.origin.replace('http', 'ws')}/api`, { headers: { cookie, origin: cove.origin } })
  await once(socket, 'open')
  // `ws` speaks the browser's interface; only its types differ in the event classes.
  const websocket = socket as unknown as globalThis.WebSocket
  return { api: createORPCClient(new RPCLink({ websocket })), close: () => socket.terminate() }
}

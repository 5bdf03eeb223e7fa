import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { createPortChannel } from './port-channel.ts'

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

function pair() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const channel = createPortChannel({
    postMessage: (data) => port1.postMessage(data),
    onMessage: (listener) => port1.on('message', listener),
    onClose: (listener) => port1.on('close', listener),
  })
  return { channel, page: port2 }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 30))

async function sendAll(channel: ReturnType<typeof pair>['channel'], count: number, sent: { count: number }) {
  for (let i = 0; i < count; i++) {
    await channel.send(`${i}`)
    sent.count += 1
  }
}

test('what is sent to a page that takes nothing stays within 64 messages', async () => {
  const { channel, page } = pair()
  const sent = { count: 0 }
  const all = sendAll(channel, 1000, sent)
  await settled()
  expect(sent.count).toBe(64)
  page.close()
  await all // nobody waits for a page that is gone
})

test('a page that says what it took gets the rest, in order', async () => {
  const { channel, page } = pair()
  const received: string[] = []
  page.on('message', (text: string) => {
    received.push(text)
    if (received.length % 16 === 0) page.postMessage(received.length)
  })
  await sendAll(channel, 1000, { count: 0 })
  await settled()
  expect(received).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`))
})

test('only text and bytes reach core', async () => {
  const { channel, page } = pair()
  const received: unknown[] = []
  channel.onMessage((data) => received.push(data))
  for (const data of [1, null, { i: 1 }, 'text', new Uint8Array([1])]) page.postMessage(data)
  await settled()
  expect(received).toEqual(['text', new Uint8Array([1])])
})

import { createSocket } from 'node:dgram'

/** Seconds from 1900, where NTP begins, to 1970. */
const since1900 = 2_208_988_800

/** Tells the time of this machine at that address, as https://www.rfc-editor.org/rfc/rfc4330 has it: port 123, which only root may have. */
export async function startTimeServer(address: string): Promise<{ stop(): Promise<void> }> {
  const socket = createSocket('udp4')
  socket.on('message', (asked, from) => {
    const answer = Buffer.alloc(48)
    // No leap second, version 4, of a server; of the first stratum.
    answer.set([0x24, 1, asked[2] ?? 6, 0xec])
    answer.write('LOCL', 12)
    const now = () => {
      const seconds = Date.now() / 1000 + since1900
      const stamp = Buffer.alloc(8)
      stamp.writeUInt32BE(Math.floor(seconds))
      stamp.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 4)
      return stamp
    }
    const received = now()
    received.copy(answer, 16)
    // When it was asked, in its own words.
    asked.copy(answer, 24, 40, 48)
    received.copy(answer, 32)
    now().copy(answer, 40)
    socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(123, address, resolve)
  })
  return { stop: () => new Promise<void>((resolve) => socket.close(() => resolve())) }
}

import { once } from 'node:events'
import { execa } from 'execa'

/** A virtual display for the Electron window where there is none. Sets DISPLAY; the function it returns ends it. */
export async function startDisplay(): Promise<() => Promise<void>> {
  if (process.platform !== 'linux' || process.env['DISPLAY']) return () => Promise.resolve()
  // Xvfb picks a free number itself and writes it to the given descriptor once it answers.
  const server = execa('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    buffer: false,
    reject: false,
  })
  const pipe = server.stdio[3]
  if (!pipe) throw new Error('Xvfb has no descriptor for its number')
  const [number] = (await once(pipe, 'data')) as [Buffer]
  process.env['DISPLAY'] = `:${number.toString().trim()}`
  return async () => {
    server.kill('SIGTERM')
    await server
  }
}

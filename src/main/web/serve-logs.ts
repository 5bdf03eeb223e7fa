import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { runningAddress, serve, type ServeOptions } from './serve.ts'

/**
 * `cove logs FILE…`: the page of logs over files of this machine. What is piped in goes to a file first, so that the view may read it again, and is gone with the program.
 * Resolves with the exit code.
 */
export async function serveLogs(files: readonly string[], options: ServeOptions): Promise<number> {
  const running = files.includes('-') ? null : await runningAddress(options.dataDir)
  if (running !== null) {
    process.stdout.write(`Cove serves already. Open this address (once, within ten minutes):\n\n  ${running}${pageOf(files)}\n`)
    return 0
  }
  const folder = join(options.dataDir, 'tmp')
  // Named as the spilled lines of a view, so that what a Cove that was killed has left goes at the next start (core/logs/store/spill-file.ts).
  const piped = join(folder, `${process.pid}-piped.loglines`)
  const stop = new AbortController()
  try {
    if (files.includes('-')) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Whoever pipes may go on for as long as it likes; its end and ours do not matter to the other.
      pipeline(process.stdin, upTo(maxPipedBytes), createWriteStream(piped, { mode: 0o600 }), { signal: stop.signal }).catch(
        (error: unknown) => {
          if (!stop.signal.aborted)
            process.stderr.write(`cove: what is piped in is kept no further: ${error instanceof Error ? error.message : String(error)}\n`)
        },
      )
    }
    return await serve({ ...options, page: pageOf(files.map((file) => (file === '-' ? piped : file))) })
  } finally {
    stop.abort()
    await rm(piped, { force: true })
  }
}

const maxPipedBytes = 4 * 1024 ** 3

/** Fails beyond it: an endless pipe must not fill the disk. */
function upTo(bytes: number): Transform {
  let passed = 0
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      passed += chunk.length
      if (passed > bytes) done(new Error(`more than ${bytes / 1024 ** 3} GiB`))
      else done(null, chunk)
    },
  })
}

/** As the page writes it (renderer/features/logs/log-place.ts). */
export function pageOf(files: readonly string[]): string {
  return `#/logs?parts=${encodeURIComponent(files.map((file) => `file:${encodeURIComponent(file)}`).join(';'))}`
}

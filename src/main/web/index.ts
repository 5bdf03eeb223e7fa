import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCommandLine, slipCode, usage } from './command-line.ts'
import { useCodeCache } from './code-cache.ts'

const here = dirname(realpathSync(fileURLToPath(import.meta.url)))

async function main(): Promise<number> {
  const parsed = parseCommandLine(process.argv.slice(2), process.platform, process.env, homedir())
  switch (parsed.command) {
    case 'help':
      process.stdout.write(usage)
      return 0
    case 'version':
      process.stdout.write(`cove ${__COVE_VERSION__}\n`)
      return 0
    case 'wrong':
      process.stderr.write(`cove: ${parsed.problem}\nTry: cove --help\n`)
      return slipCode(process.argv.slice(2))
    case 'print-address':
      return (await import('./serve.ts')).printAddress(parsed.dataDir)
    case 'logs': {
      const { files, ...options } = parsed
      useCodeCache(parsed.dataDir, __COVE_VERSION__)
      const { serveLogs } = await import('./serve-logs.ts')
      return serveLogs(files, { ...options, command: 'serve', version: __COVE_VERSION__, rendererDir: join(here, '..', 'renderer') })
    }
    case 'host-check':
      return (await import('./host-check.ts')).hostCheck({ ...parsed, env: process.env, version: __COVE_VERSION__ })
    case 'serve':
      useCodeCache(parsed.dataDir, __COVE_VERSION__)
      return (await import('./serve.ts')).serve({ ...parsed, version: __COVE_VERSION__, rendererDir: join(here, '..', 'renderer') })
  }
}

// Jobs may have left timers of libraries behind: what must end has ended when main is done.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)

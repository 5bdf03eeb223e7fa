import { resolve } from 'node:path'
import type { HostIntent } from '#shared/contract/host-checks.ts'
import { defaultDataDir } from '#core/data-dir.ts'

export const usage = `Cove: local Kubernetes in the browser, for machines without a display.

Usage
  cove serve [options]     serve Cove on this machine and print the address to open
  cove logs FILE... [options]
                           the same, and the address opens these log files (.gz too); - is what is piped in.
                           Where Cove serves already, only its address is printed
  cove host check [options]
                           look whether a machine can be a Kubernetes node, and change nothing. Exit code: 0 all
                           ok, 1 warnings, 2 problems, 3 something could not be looked at
  cove --help
  cove --version

Options of host check
  --target T               local (the default), container:NAME, or ssh:DESTINATION
  --role ROLE              control-plane (the default) or worker
  --kubernetes vX.Y        the version that is meant; without it that of the kubeadm there
  --pod-subnet CIDR        may be given more than once, as may --service-subnet CIDR
  --cri-socket PATH        the socket that kubeadm will be told
  --json, --markdown       the whole report in this form instead of lines

Options of serve and logs
  --port N                 listen on this port; 0, the default, is any free one
  --host ADDRESS           listen on this address instead of 127.0.0.1. Whoever reaches it and has the
                           launch address commands this machine's clusters; there is no encryption
  --allow-host HOST:PORT   also answer to this name, for a tunnel: ssh -L 8080:127.0.0.1:43117 needs
                           localhost:8080. May be given more than once
  --data DIR               keep Cove's data here
  --no-open                do not start a browser. Cove never does: other users of this machine could
                           read the address in the browser's arguments
  --print-address          print a fresh address of the server that already runs over this data, and exit

Each address can be opened once, within ten minutes. The next one is in DIR/serve-token, readable by you only.
`

export type ServeCommand = {
  readonly command: 'serve'
  readonly port: number
  readonly host: string
  readonly allowHosts: readonly string[]
  readonly dataDir: string
  readonly homeDir: string
}
export type CommandLine =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'wrong'; readonly problem: string }
  | { readonly command: 'print-address'; readonly dataDir: string }
  | ServeCommand
  /** Absolute paths; `-`: the standard input. */
  | (Omit<ServeCommand, 'command'> & { readonly command: 'logs'; readonly files: readonly string[] })
  | HostCheckCommand

export type HostCheckCommand = {
  readonly command: 'host-check'
  readonly target: string
  readonly intent: HostIntent
  readonly form: 'lines' | 'json' | 'markdown'
  readonly dataDir: string
  readonly homeDir: string
}

/** What was typed behind `cove`. Never throws: a slip is `wrong`, with the reason. */
export function parseCommandLine(
  args: readonly string[],
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  homeDir: string,
): CommandLine {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return { command: 'wrong', problem: error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error) }
  }
  const { values, positionals } = parsed
  if (values.help || (args.length === 1 && positionals[0] === 'help')) return { command: 'help' }
  if (values.version) return { command: 'version' }
  if (positionals.length === 0) return { command: 'help' }
  const [command, ...files] = positionals
  if (command === 'host') return hostCheck(files, values, resolve(values.data ?? defaultDataDir(platform, env, homeDir)), homeDir)
  if (command !== 'serve' && command !== 'logs') return { command: 'wrong', problem: `no command ${JSON.stringify(command)}` }
  if (command === 'logs' && files.length === 0) return { command: 'wrong', problem: 'logs takes files, or - for what is piped in' }
  if (command === 'serve' && files.length > 0) return { command: 'wrong', problem: `${JSON.stringify(files[0])} is not expected here` }
  const dataDir = resolve(values.data ?? defaultDataDir(platform, env, homeDir))
  if (values['print-address']) return { command: 'print-address', dataDir }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    return { command: 'wrong', problem: `--port takes a number from 0 to 65535, not ${JSON.stringify(values.port)}` }
  }
  if (values.host === '') return { command: 'wrong', problem: '--host takes an address' }
  const options = { port: Number(values.port), host: values.host, allowHosts: values['allow-host'], dataDir, homeDir }
  if (command === 'serve') return { command, ...options }
  return { command, files: files.map((file) => (file === '-' ? file : resolve(file))), ...options }
}

/** Of a slip: 2, which of `host check` would mean that the machine has problems. Pure. */
export const slipCode = (args: readonly string[]): number => (args.find((word) => !word.startsWith('-')) === 'host' ? 3 : 2)

/** Whether an address or version can be one is for the contract to say, with the words that it has for it. */
function hostCheck(words: readonly string[], values: ReturnType<typeof parse>['values'], dataDir: string, homeDir: string): CommandLine {
  const [verb, ...more] = words
  if (verb !== 'check') return { command: 'wrong', problem: `host takes check${verb === undefined ? '' : `, not ${JSON.stringify(verb)}`}` }
  if (more.length > 0) return { command: 'wrong', problem: `${JSON.stringify(more[0])} is not expected here` }
  const { role } = values
  if (role !== 'control-plane' && role !== 'worker') {
    return { command: 'wrong', problem: `--role takes control-plane or worker, not ${JSON.stringify(role)}` }
  }
  if (values.json && values.markdown) return { command: 'wrong', problem: '--json and --markdown exclude each other' }
  const intent: HostIntent = {
    role,
    kubernetes: values.kubernetes ?? null,
    podSubnets: values['pod-subnet'],
    serviceSubnets: values['service-subnet'].length > 0 ? values['service-subnet'] : ['10.96.0.0/12'],
    criSocket: values['cri-socket'] ?? null,
  }
  return {
    command: 'host-check',
    target: values.target,
    intent,
    form: values.json ? 'json' : values.markdown ? 'markdown' : 'lines',
    dataDir,
    homeDir,
  }
}

function parse(args: readonly string[]) {
  // Not imported: that would load what none of this needs, see server.ts.
  return process.getBuiltinModule('node:util').parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      data: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      'print-address': { type: 'boolean', default: false },
      target: { type: 'string', default: 'local' },
      role: { type: 'string', default: 'control-plane' },
      kubernetes: { type: 'string' },
      'pod-subnet': { type: 'string', multiple: true, default: [] },
      'service-subnet': { type: 'string', multiple: true, default: [] },
      'cri-socket': { type: 'string' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
  })
}

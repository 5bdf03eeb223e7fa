import { open, readdir } from 'node:fs/promises'

/** What the first bytes of a file say it is. `machines`: GOARCHs it has code for. */
export type ProgramFormat =
  | { readonly kind: 'script' }
  | { readonly kind: 'program'; readonly os: 'linux' | 'darwin' | 'windows'; readonly machines: readonly string[] }
  | { readonly kind: 'other' }

/**
 * Whether this machine could run a file of this format; null: yes. Asked before a start, because execvp hands whatever the kernel refuses to /bin/sh,
 * and a shell that reads a foreign binary as a script may do anything (https://man7.org/linux/man-pages/man3/exec.3.html, ENOEXEC).
 */
export async function formatProblem(
  format: ProgramFormat,
  os: string,
  arch: string,
): Promise<'wrong-architecture' | 'not-a-program' | null> {
  if (format.kind === 'other') return 'not-a-program'
  if (format.kind === 'script') return os === 'windows' ? 'not-a-program' : null
  if (format.os !== os) return (await emulates(os)) ? null : 'wrong-architecture'
  if (format.machines.includes(arch) || (arch === 'amd64' && format.machines.includes('386'))) return null
  // Rosetta 2 and Windows on ARM run amd64 themselves; where they cannot, the start says so.
  if (os !== 'linux' && arch === 'arm64') return null
  return (await emulates(os)) ? null : 'wrong-architecture'
}

/** Reads the head of a file. Throws what `open` throws. */
export async function readFormat(path: string): Promise<ProgramFormat> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(4096)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return programFormat(head.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

/** Format by magic number: ELF, Mach-O (also universal), PE, `#!`. */
export function programFormat(head: Buffer): ProgramFormat {
  if (head.length < 20) return head.toString('latin1', 0, 2) === '#!' ? { kind: 'script' } : { kind: 'other' }
  if (head.toString('latin1', 0, 2) === '#!') return { kind: 'script' }
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const little = head[5] === 1
    const machine = little ? head.readUInt16LE(18) : head.readUInt16BE(18)
    const name = machine === 21 ? (little ? 'ppc64le' : 'ppc64') : elfMachines[machine]
    return { kind: 'program', os: 'linux', machines: name ? [name] : [] }
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) return { kind: 'program', os: 'darwin', machines: machNames([head.readUInt32LE(4)]) }
  // Universal Mach-O shares its magic with Java classes, whose next word (the version) is above 40.
  if (head.readUInt32BE(0) === 0xcafebabe && head.readUInt32BE(4) < 20) {
    const offsets = Array.from({ length: head.readUInt32BE(4) }, (_, index) => 8 + index * 20).filter((offset) => offset + 4 <= head.length)
    return { kind: 'program', os: 'darwin', machines: machNames(offsets.map((offset) => head.readUInt32BE(offset))) }
  }
  if (head.toString('latin1', 0, 2) === 'MZ' && head.length >= 64) {
    const at = head.readUInt32LE(60)
    const machine =
      at + 6 <= head.length && head.toString('latin1', at, at + 2) === 'PE' ? peMachines[head.readUInt16LE(at + 4)] : undefined
    return { kind: 'program', os: 'windows', machines: machine ? [machine] : [] }
  }
  return { kind: 'other' }
}

const elfMachines: Readonly<Record<number, string>> = {
  3: '386',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
}
const peMachines: Readonly<Record<number, string>> = { 0x14c: '386', 0x8664: 'amd64', 0xaa64: 'arm64' }

function machNames(types: readonly number[]): string[] {
  return types.flatMap((type) => (type === 0x01000007 ? ['amd64'] : type === 0x0100000c ? ['arm64'] : []))
}

/** Whether Linux has handlers for foreign programs (qemu, Rosetta, Windows programs in WSL): then only a start can tell. */
async function emulates(os: string): Promise<boolean> {
  if (os !== 'linux') return false
  const handlers = await readdir('/proc/sys/fs/binfmt_misc').catch(() => [])
  return handlers.some((name) => name !== 'register' && name !== 'status')
}

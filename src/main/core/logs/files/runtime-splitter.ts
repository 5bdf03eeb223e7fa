import { createCriSplitter } from './cri-splitter.ts'
import { createDockerSplitter } from './docker-splitter.ts'
import type { Emit, Splitter } from './splitter.ts'

/** CRI, or what Docker as the runtime writes, told apart by the first byte of the file. */
export function createRuntimeSplitter(emit: Emit): Splitter {
  let splitter: Splitter | null = null
  return {
    push: (chunk) => {
      if (chunk.length === 0) return
      splitter ??= chunk[0] === 123 ? createDockerSplitter(emit) : createCriSplitter(emit)
      splitter.push(chunk)
    },
    end: () => {
      splitter?.end()
      splitter = null
    },
  }
}

import type { LogViewState } from '#shared/contract/logs.ts'
import { AppError, errorShape } from '#core/error.ts'
import type { SpillProblem } from '../store/segments.ts'

/** Lines are dropped before the cap where the disk does not take them. */
export function spillErrorOf(problem: SpillProblem | null, dir: string): LogViewState['spillError'] {
  if (problem === null) return null
  return errorShape(
    problem.code === 'ENOSPC'
      ? new AppError('disk-full', { path: dir })
      : new AppError('file-unreadable', { file: dir, reason: problem.code }),
  )
}

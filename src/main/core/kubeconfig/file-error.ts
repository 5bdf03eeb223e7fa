import { AppError } from '#core/error.ts'

/** What a failed write to a kubeconfig means to a person: `kubeconfig-read-only`, `disk-full`, or the error itself. */
export function writeError(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return new AppError('kubeconfig-read-only', { file }, { cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk-full', { path: file }, { cause: error })
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'ELOOP')
    return new AppError('kubeconfig-invalid', { file, line: null, reason: code }, { cause: error })
  return error
}

/** The `code` of a system error, or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

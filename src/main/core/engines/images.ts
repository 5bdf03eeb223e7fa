import { AppError } from '../error.ts'

/** The name under which containerd holds what docker calls `image`: https://github.com/distribution/reference/blob/main/normalize.go */
export function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const path = hasHost ? image : `docker.io/${rest.length === 0 ? `library/${image}` : image}`
  return /(?::[^/]+|@[^/]+)$/.test(path) ? path : `${path}:latest`
}

/** Why docker could not bring an image, or null where the text says nothing of it. */
export function diagnosePull(text: string, image: string): AppError | null {
  if (
    /manifest unknown|manifest for .* not found|repository does not exist|pull access denied|not found: manifest|no such image/i.test(text)
  )
    return new AppError('image-not-found', { image })
  if (/invalid reference format/i.test(text)) return new AppError('image-invalid', { image })
  return null
}

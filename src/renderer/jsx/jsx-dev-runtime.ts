import { Fragment, jsxDEV as plainJsx } from 'react/jsx-dev-runtime'
import { safeProps } from './safe-props.ts'

// The same while the pages are developed.
export type { JSX } from 'react'
export { Fragment }
export const jsxDEV: typeof plainJsx = (type, props, key, isStatic, source, self) =>
  plainJsx(type, safeProps(type, props), key, isStatic, source, self)

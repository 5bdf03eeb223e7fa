import { Fragment, jsx as plainJsx, jsxs as plainJsxs } from 'react/jsx-runtime'
import { safeProps } from './safe-props.ts'

// What the compiler makes of every element of Cove's pages (`jsxImportSource`): React's own, with text that is safe to show.
export type { JSX } from 'react'
export { Fragment }
export const jsx: typeof plainJsx = (type, props, key) => plainJsx(type, safeProps(type, props), key)
export const jsxs: typeof plainJsxs = (type, props, key) => plainJsxs(type, safeProps(type, props), key)

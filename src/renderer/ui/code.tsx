import { cx } from './cx.ts'
import { CopyButton } from './copy-button.tsx'

type CodeProps = {
  readonly text: string
  readonly label?: string
  readonly wrap?: boolean
  readonly copyable?: boolean
  readonly className?: string
}

/** What a person can type or a tool printed, with a button that copies it. */
export function Code({ text, label, wrap, copyable = true, className }: CodeProps) {
  return (
    <div className={cx('code-block', className)}>
      <pre className={cx('code', wrap && 'wrap-code')} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      {copyable ? <CopyButton text={text} /> : null}
    </div>
  )
}

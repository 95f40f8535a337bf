import type { ReactNode } from 'react'
import { Button, IconButton } from './button'
import { classNames } from './class-names'
import { Icon, type IconName } from './icon'
import './notice.css'

export type NoticeTone = 'info' | 'good' | 'warn' | 'bad'

export type NoticeAction = { label: string; onClick: () => void; disabled?: boolean | undefined }

export type NoticeProps = {
  tone?: NoticeTone | undefined
  title?: string | undefined
  children?: ReactNode
  actions?: readonly NoticeAction[] | undefined
  onDismiss?: (() => void) | undefined
  /** Turns instead of the tone's picture: something is under way. */
  busy?: boolean | undefined
}

const ICONS: Record<NoticeTone, IconName> = { info: 'info', good: 'check', warn: 'warning', bad: 'warning' }

/** What happened, in words, and what can be done about it. Bad news is announced at once, the rest politely. */
export function Notice({ tone = 'info', title, children, actions, onDismiss, busy }: NoticeProps) {
  return (
    <div className={classNames('notice', `notice-${tone}`)} role={tone === 'bad' ? 'alert' : 'status'}>
      <span className={classNames('notice-icon', busy && 'notice-busy')}>
        <Icon name={busy ? 'restart' : ICONS[tone]} />
      </span>
      <div className="notice-words">
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
        {actions && <Actions actions={actions} />}
      </div>
      {onDismiss && <IconButton icon="close" label="Dismiss" size="small" onClick={onDismiss} />}
    </div>
  )
}

function Actions({ actions }: { actions: readonly NoticeAction[] }) {
  return (
    <div className="notice-actions">
      {actions.map((action) => (
        <Button key={action.label} size="small" disabled={action.disabled} onClick={action.onClick}>
          {action.label}
        </Button>
      ))}
    </div>
  )
}

import type { ReactNode } from 'react'
import './chip.css'
import { classNames } from './class-names'
import { Icon } from './icon'

/** A small fact, such as a hidden setting that differs from its default; `onRemove` puts a cross behind it. */
export function Chip(props: {
  children: ReactNode
  tone?: 'neutral' | 'accent' | 'warn' | 'bad' | 'good' | undefined
  /** Named for screen readers: "Reset regularization". */
  removeLabel?: string | undefined
  onRemove?: (() => void) | undefined
}) {
  return (
    <span
      className={classNames('chip', `chip-${props.tone ?? 'neutral'}`, props.onRemove && 'chip-removable')}
    >
      {props.children}
      {props.onRemove && (
        <button
          type="button"
          className="chip-remove"
          aria-label={props.removeLabel ?? 'Remove'}
          onClick={props.onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  )
}

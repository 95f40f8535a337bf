import { Dialog as Radix } from 'radix-ui'
import type { KeyboardEvent, ReactNode } from 'react'
import { IconButton } from './button'
import { classNames } from './class-names'
import './dialog.css'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** One sentence below the title. */
  description?: string | undefined
  children: ReactNode
  /** Buttons, right-aligned; the one that does it comes last. */
  footer?: ReactNode
  size?: 'small' | 'medium' | 'large' | undefined
}

/** A question or a page over the page; focus stays in it until Escape, the cross or a button. */
export function Dialog(props: DialogProps) {
  return <Surface {...props} className={`dialog dialog-${props.size ?? 'medium'}`} />
}

/** The same from an edge: a phone's controls from below, a folded panel from the side. */
export function Sheet(props: Omit<DialogProps, 'size'> & { side: 'left' | 'right' | 'bottom' }) {
  return <Surface {...props} className={`sheet sheet-${props.side}`} />
}

function Surface({ className, ...props }: Omit<DialogProps, 'size'> & { className: string }) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={classNames('surface', className)}
          onOpenAutoFocus={focusItself}
          onKeyDown={(event) => isLeft(event) && props.onOpenChange(false)}
          {...(props.description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="surface-head">
            <Radix.Title className="surface-title">{props.title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon="close" label="Close" size="small" />
            </Radix.Close>
          </header>
          {props.description && (
            <Radix.Description className="surface-description">{props.description}</Radix.Description>
          )}
          <div className="surface-body">{props.children}</div>
          {props.footer && <footer className="surface-foot">{props.footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Escape closes it at once also where a message, which lies over it, has taken the key to close itself. */
function isLeft(event: KeyboardEvent<HTMLElement>): boolean {
  const inside = event.currentTarget.contains(event.target as Node)
  if (event.key !== 'Escape' || event.defaultPrevented || !inside) return false
  event.preventDefault()
  return true
}

/** Else the cross would take the focus and show its tooltip over the question. */
function focusItself(event: Event): void {
  event.preventDefault()
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
}

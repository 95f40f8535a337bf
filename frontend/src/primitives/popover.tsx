import { Popover as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import './popover.css'
import type { Side } from './tooltip'

/** A small surface beside its trigger, for a few controls or sentences; closes on Escape and outside clicks. */
export function Popover(props: {
  trigger: ReactElement
  /** Read aloud when it opens. */
  label: string
  children: ReactNode
  side?: Side | undefined
  align?: 'start' | 'center' | 'end' | undefined
  open?: boolean | undefined
  onOpenChange?: ((open: boolean) => void) | undefined
  /** Whether closing gives the focus back to the trigger; by default it does. */
  givesBack?: (() => boolean) | undefined
}) {
  const state = props.open === undefined ? {} : { open: props.open }
  return (
    <Radix.Root {...state} onOpenChange={(open) => props.onOpenChange?.(open)}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="popover"
          aria-label={props.label}
          side={props.side ?? 'bottom'}
          align={props.align ?? 'center'}
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={focusField}
          onCloseAutoFocus={(event) => props.givesBack?.() === false && event.preventDefault()}
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** What is to be typed comes first, not the button before it. */
function focusField(event: Event): void {
  const field = (event.target as HTMLElement | null)?.querySelector?.('input')
  if (!field) return
  event.preventDefault()
  field.focus()
  field.select()
}

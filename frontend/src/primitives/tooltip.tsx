import { Tooltip as Radix } from 'radix-ui'
import type { FocusEvent, ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'
import './tooltip.css'

export type Side = 'top' | 'right' | 'bottom' | 'left'

/** Stands once around the page, so that moving between neighbors shows their tooltips without delay. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={250}>
      {children}
    </Radix.Provider>
  )
}

/**
 * Words on hover and focus for one element that takes a ref and props; `shortcut` is the key that does the same.
 * The element's `data-state` becomes the tooltip's, so styles ask for `aria-checked` or `aria-expanded` instead.
 */
export function Tooltip(props: {
  text: ReactNode
  shortcut?: string | undefined
  side?: Side | undefined
  children: ReactElement
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild aria-description={descriptionOf(props)} onFocus={unlessByPointer}>
        {props.children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" side={props.side ?? 'bottom'} sideOffset={6} collisionPadding={8}>
          {props.text}
          {props.shortcut && <Kbd>{props.shortcut}</Kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A menu that was used by pointer gives its button the focus back: words over the page would then be left standing. */
function unlessByPointer(event: FocusEvent<HTMLElement>): void {
  if (!event.currentTarget.matches(':focus-visible')) event.preventDefault()
}

/** Read aloud too, and not only while it is shown, unless it is the element's name already. */
function descriptionOf({ text, children }: { text: ReactNode; children: ReactElement }): string | undefined {
  const { 'aria-label': name } = children.props as { 'aria-label'?: string }
  return typeof text === 'string' && text !== name ? text : undefined
}

/** Space presses what the keyboard has reached; after a click it still plays and pauses, as it says on the page. */
import type { FocusEvent, KeyboardEvent, PointerEvent } from 'react'

const clicked = new WeakSet<Element>()

export const clickedBy = ({ currentTarget }: PointerEvent<Element>): void => void clicked.add(currentTarget)

export const leftBy = ({ currentTarget }: FocusEvent<Element>): void => void clicked.delete(currentTarget)

/** Space on something that has its focus from a click: left to the page. */
export function isPlayKey({ key, currentTarget }: KeyboardEvent<Element>): boolean {
  return key === ' ' && clicked.has(currentTarget)
}

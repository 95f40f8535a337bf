import { createPortal } from 'react-dom'
import { shortTitle } from '../core/network-edits'
import { useCanvas } from './canvas-state'

/** What is dragged, under the pointer. */
export function DragGhost() {
  const drag = useCanvas((state) => state.drag)
  if (!drag?.pointer) return null
  const { x, y } = drag.pointer
  return createPortal(
    <div
      className="drag-ghost"
      aria-hidden="true"
      style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -130%) rotate(-2deg)` }}
    >
      {shortTitle(drag.source.type)}
    </div>,
    document.body,
  )
}

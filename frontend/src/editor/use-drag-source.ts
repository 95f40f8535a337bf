import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { disableNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/disable-native-drag-preview'
import { preventUnhandled } from '@atlaskit/pragmatic-drag-and-drop/prevent-unhandled'
import {
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
} from 'react'
import { canvasState, type DragSource, type ScreenPoint } from './canvas-state'
import { clickedBy, isPlayKey, leftBy } from './clicked'
import { cancelDrag, carry, pickUp, pickUpByKey, putDown, steer } from './drag'

const START_PX = 6

/**
 * Makes an element something to pick up: with the mouse, a finger or a pen, or Enter and the arrow keys. What is not
 * `offered` stays where it is.
 */
export function useDragSource(handle: RefObject<HTMLElement | null>, source: DragSource, offered = true) {
  const newest = useRef<DragSource | null>(source)
  newest.current = offered ? source : null
  useMouseDrag(handle, newest)
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      clickedBy(event)
      if (newest.current) followFinger(event, newest.current)
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (newest.current) takeKey(event, newest.current)
    },
    onKeyUp: (event: KeyboardEvent<HTMLElement>) => event.key === ' ' && event.preventDefault(),
    onBlur: (event: FocusEvent<HTMLElement>) => {
      leftBy(event)
      if (canvasState.getState().drag?.pointer === null) cancelDrag()
    },
  }
}

const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): ScreenPoint => ({
  x: clientX,
  y: clientY,
})

/** Native drag and drop does not know fingers, and would pick up on a long press: it is left to the mouse. */
let finger = false

function useMouseDrag(handle: RefObject<HTMLElement | null>, source: RefObject<DragSource | null>): void {
  useEffect(() => {
    const element = handle.current as HTMLElement
    return draggable({
      element,
      canDrag: () => !finger && source.current !== null,
      onGenerateDragPreview: ({ nativeSetDragImage }) => disableNativeDragPreview({ nativeSetDragImage }),
      onDragStart: ({ location }) => {
        preventUnhandled.start()
        if (source.current) pickUp(source.current, pointOf(location.current.input))
      },
      onDrag: ({ location }) => carry(pointOf(location.current.input)),
      onDrop: ({ location }) => {
        preventUnhandled.stop()
        carry(pointOf(location.current.input)) // onDrag comes once a repaint and may miss the last pixels
        if (location.current.dropTargets.length) putDown()
        else cancelDrag()
      },
    })
  }, [handle, source])
}

/** Follows a finger or pen from its first pixels on until it lifts. */
function followFinger(event: PointerEvent<HTMLElement>, source: DragSource): void {
  finger = event.pointerType !== 'mouse'
  if (!finger) return
  const [start, id] = [pointOf(event), event.pointerId]
  let carrying = false
  const listening = new AbortController()
  const end = (finish: () => void) => (next: globalThis.PointerEvent) => {
    if (next.pointerId !== id) return
    listening.abort()
    finger = false
    if (carrying) finish()
  }
  const move = (next: globalThis.PointerEvent) => {
    if (next.pointerId !== id) return
    const point = pointOf(next)
    if (carrying) return carry(point)
    if (Math.hypot(point.x - start.x, point.y - start.y) < START_PX) return
    carrying = true
    pickUp(source, point)
  }
  const { signal } = listening
  window.addEventListener('pointermove', move, { signal })
  window.addEventListener(
    'pointerup',
    end(() => {
      swallowClick()
      putDown()
    }),
    { signal },
  )
  window.addEventListener('pointercancel', end(cancelDrag), { signal })
}

/** The click that follows a finger's drag is part of the drag. */
function swallowClick(): void {
  const listening = new AbortController()
  const swallow = (event: Event) => {
    event.stopPropagation()
    event.preventDefault()
  }
  window.addEventListener('click', swallow, { capture: true, once: true, signal: listening.signal })
  setTimeout(() => listening.abort(), 50)
}

function takeKey(event: KeyboardEvent<HTMLElement>, source: DragSource): void {
  const steering = canvasState.getState().drag?.pointer === null
  const picking = !steering && (event.key === 'Enter' || event.key === ' ') && !isPlayKey(event)
  if (picking) pickUpByKey(source)
  if (!picking && !steer(event.key)) return
  event.preventDefault()
  event.stopPropagation()
}

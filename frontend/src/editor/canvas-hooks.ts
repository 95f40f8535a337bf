/** How the canvas answers: fitting the view, taking what is dropped, finding what the pointer means. */
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { useReactFlow } from '@xyflow/react'
import { type MouseEvent, type RefObject, useCallback, useEffect, useRef } from 'react'
import { nearestEdge } from '../core/edge-geometry'
import { type Box, fitViewport, keepInView, nearestSlot, slotBetween } from '../core/layout-graph'
import type { Pin } from '../protocol'
import { actions } from '../state'
import { frames } from '../stream'
import { canvasState, hover, type ScreenPoint, togglePin, useCanvas } from './canvas-state'
import { carry, onLocate } from './drag'
import { parameterValue } from './frame-values'
import type { Graph } from './graph'

/** Shows the whole network after each change of it or of the room, until the view is moved by hand. */
export function useFit(graph: Graph, area: Box, moved: boolean): (duration: number) => void {
  const { getViewport, setViewport } = useReactFlow()
  const { layout } = graph
  const showAll = useCallback(
    (duration: number) => void setViewport(fitViewport(layout, area), { duration }),
    [setViewport, layout, area],
  )
  const known = useRef({ area, layout })
  useEffect(() => {
    const before = known.current
    known.current = { area, layout }
    const held = getViewport()
    const added = layout.columns.find(({ id }) => !before.layout.columns.some((column) => column.id === id))
    const base = moved ? held : fitViewport(layout, area)
    if (area.width && (!moved || added))
      void setViewport(keepInView(base, layout, area, held.x, added), {
        duration: before.area === area ? 200 : 0,
      })
  }, [getViewport, setViewport, layout, area, moved])
  return showAll
}

/** A place that is steered to with the keyboard comes into view. */
export function useSlotInView({ layout }: Graph, area: Box): void {
  const { getViewport, setViewport } = useReactFlow()
  const slot = useCanvas(({ drag }) =>
    drag?.pointer === null && typeof drag.over === 'number' ? drag.over : null,
  )
  useEffect(() => {
    const place = slot === null ? null : slotBetween(layout, slot)
    if (!place) return
    const held = getViewport()
    const around = { left: place.center - 70, width: 140 }
    const next = keepInView(held, layout, area, held.x, around)
    if (next.x !== held.x) void setViewport(next, { duration: 120 })
  }, [slot, layout, area, getViewport, setViewport])
}

/** The canvas takes what is dragged over it: in the slot nearest to the pointer, or in the bin. */
export function useDropTarget(host: RefObject<HTMLDivElement | null>, graph: Graph): void {
  const { screenToFlowPosition } = useReactFlow()
  useEffect(() => {
    const whole = host.current?.parentElement as HTMLElement
    return dropTargetForElements({ element: whole, getDropEffect: () => 'move' })
  }, [host])
  useEffect(() => {
    const inside = (element: Element | null | undefined, { x, y }: ScreenPoint) => {
      const box = element?.getBoundingClientRect()
      return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
    }
    onLocate((pointer, source) => {
      const whole = host.current?.parentElement
      if (inside(whole?.querySelector('.palette'), pointer)) return source.kind === 'layer' ? 'bin' : null
      if (!inside(host.current, pointer)) return null
      return nearestSlot(graph.layout, screenToFlowPosition(pointer).x)
    })
    return () => onLocate(() => null)
  }, [host, graph, screenToFlowPosition])
}

const REACH = { mouse: 7, touch: 16 }

/** Finds the curve under the pointer; a click pins it, a click beside all lets the selection go. */
export function usePointer(graph: Graph) {
  const { screenToFlowPosition } = useReactFlow()
  const find = (event: MouseEvent, reach: number): Pin | null => {
    const frame = frames.current
    const sizeOf = (pin: Pin) => Math.abs((frame && parameterValue(frame, pin)) ?? 0)
    const point = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    return nearestEdge(graph.bundles, point, reach, sizeOf)?.pin ?? null
  }
  return {
    // The pane holds the layers, whose neurons say themselves when the pointer is on them.
    move: (event: MouseEvent) => {
      if (event.target === event.currentTarget) hover(find(event, REACH.mouse))
      else if (!(event.target as Element).closest('.neuron, .port-live')) hover(null)
    },
    click: (event: MouseEvent) => {
      const touched = (event.nativeEvent as globalThis.PointerEvent).pointerType === 'touch'
      const pin = find(event, touched ? REACH.touch : REACH.mouse)
      if (pin) togglePin(pin)
      else actions.select({})
    },
  }
}

/** What has the focus stays in view; the browser's own scrolling would move the canvas off its frame. */
export function useFocusInView(host: RefObject<HTMLDivElement | null>): void {
  const { getViewport, setViewport } = useReactFlow()
  useEffect(() => {
    const element = host.current as HTMLDivElement
    const reveal = (event: FocusEvent) => {
      for (const box of element.querySelectorAll('.react-flow, .react-flow__renderer')) box.scrollTo(0, 0)
      const target = event.target as HTMLElement
      if (!target.closest('.react-flow__viewport') || !target.matches(':focus-visible')) return
      const by = outside(target.getBoundingClientRect(), element.getBoundingClientRect())
      const { x, y, zoom } = getViewport()
      if (by.x || by.y) void setViewport({ x: x + by.x, y: y + by.y, zoom }, { duration: 120 })
    }
    element.addEventListener('focusin', reveal)
    return () => element.removeEventListener('focusin', reveal)
  }, [host, getViewport, setViewport])
}

const EDGE_PX = 24

function outside(inner: DOMRect, outer: DOMRect): { x: number; y: number } {
  const along = (from: number, to: number, low: number, high: number) =>
    from < low + EDGE_PX ? low + EDGE_PX - from : to > high - EDGE_PX ? high - EDGE_PX - to : 0
  return {
    x: along(inner.left, inner.right, outer.left, outer.right),
    y: along(inner.top, inner.bottom, outer.top, outer.bottom),
  }
}

const PAN_ZONE_PX = 44
const PAN_STEP_PX = 9

/** While something is held near the canvas's side, more of a wide network comes into view. */
export function useDragPan(host: RefObject<HTMLElement | null>, { layout }: Graph): void {
  const { getViewport, setViewport } = useReactFlow()
  useEffect(() => {
    let timer = 0
    const step = () => {
      const pointer = canvasState.getState().drag?.pointer
      const box = host.current?.getBoundingClientRect()
      timer = pointer && box ? requestAnimationFrame(step) : 0
      if (!pointer || !box) return
      const by =
        pointer.x < box.left + PAN_ZONE_PX
          ? PAN_STEP_PX
          : pointer.x > box.right - PAN_ZONE_PX
            ? -PAN_STEP_PX
            : 0
      const inside = pointer.y > box.top && pointer.y < box.bottom
      if (by === 0 || !inside) return
      const { x, y, zoom } = getViewport()
      const hidden = Math.min(box.width - layout.width * zoom - PAN_ZONE_PX, PAN_ZONE_PX)
      void setViewport({ x: Math.min(Math.max(x + by, hidden), PAN_ZONE_PX), y, zoom })
      carry(pointer)
    }
    const stop = canvasState.subscribe(({ drag }) => {
      if (drag?.pointer && !timer) timer = requestAnimationFrame(step)
    })
    return () => {
      cancelAnimationFrame(timer)
      stop()
    }
  }, [host, layout, getViewport, setViewport])
}

import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { type MouseEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { nearestEdge } from '../core/edge-geometry'
import { fitViewport, nearestSlot } from '../core/layout-graph'
import type { Pin } from '../protocol'
import { actions, useNetloom } from '../state'
import { frames } from '../stream'
import { IconButton } from '../primitives'
import { hover, type ScreenPoint, togglePin, useCanvas } from './canvas-state'
import { onLocate } from './drag'
import { DragGhost } from './drag-ghost'
import { EdgeLayer } from './edge-layer'
import { valueOf } from './frame-values'
import { type Graph, GraphProvider, useGraphOf } from './graph'
import { LayerNode } from './layer-node'
import './network-canvas.css'
import { Palette } from './palette'
import { PhaseStrip } from './phase-strip'
import { Slots } from './slots'
import { useArea } from './use-area'
import { useMedia } from './use-media'
import { ValueCards } from './value-cards'

/** The network: layers as columns of live neurons, edited in place. Fills its parent. */
export function NetworkCanvas() {
  const ready = useNetloom(({ experiment }) => Boolean(experiment.network && experiment.data))
  return (
    <ReactFlowProvider>
      <section className="network" aria-label="Network">
        {ready ? <Canvas /> : <p className="network-empty">Connecting to the engine…</p>}
      </section>
    </ReactFlowProvider>
  )
}

function Canvas() {
  const host = useRef<HTMLDivElement>(null)
  const area = useArea(host)
  const network = useNetloom(({ experiment }) => experiment.network)
  const features = useNetloom(({ experiment }) => experiment.data.features.length)
  const present = useNetloom((model) => model.present)
  const phase = useNetloom((model) => model.phase)
  const expanded = useCanvas((state) => state.expanded)
  const all = useNetloom(({ experiment }) => experiment.view.controls === 'all')
  const coarse = useMedia('(pointer: coarse)')
  const graph = useGraphOf(network, features, area, expanded, { present, coarse, all })
  return (
    <GraphProvider value={graph}>
      <div ref={host} className="network-host" data-phase={phase ?? undefined}>
        <EdgeLayer graph={graph} host={host} />
        <Flow graph={graph} host={host} area={area} />
        <ValueCards />
        <PhaseStrip />
      </div>
      <Palette />
      <DragGhost />
      <Announcements />
    </GraphProvider>
  )
}

const NODE_TYPES = { layer: LayerNode }
const NO_EDGES: never[] = []
const FREE = { minZoom: 0.5, maxZoom: 2 }

type Area = ReturnType<typeof useArea>

function Flow({ graph, host, area }: { graph: Graph; host: RefObject<HTMLDivElement | null>; area: Area }) {
  const [moved, setMoved] = useState(false)
  const fit = useFit(graph, area, moved)
  useDropTarget(host, graph)
  useFocusInView(host)
  const pointer = usePointer(graph)
  const nodes = graph.layers.map(({ layer, column }) => ({
    id: layer.id,
    type: 'layer',
    position: { x: column.left, y: 0 },
    width: column.width,
    height: graph.layout.height,
    data: {},
  }))
  return (
    <>
      <ReactFlow
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        {...FREE}
        panOnScroll
        zoomOnDoubleClick={false}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        onMove={(event) => event && setMoved(true)}
        onPaneMouseMove={pointer.move}
        onPaneMouseLeave={pointer.leave}
        onPaneClick={pointer.click}
      >
        <Slots />
      </ReactFlow>
      {moved && (
        <span className="fit">
          <IconButton icon="target" look="plain" label="Show the whole network" onClick={() => { setMoved(false); fit(200) }} />
        </span>
      )}
    </>
  )
}

/** Shows the whole network after each change of it or of the room, until the view is moved by hand. */
function useFit(graph: Graph, area: Area, moved: boolean): (duration: number) => void {
  const { setViewport } = useReactFlow()
  const { layout } = graph
  const fit = useCallback(
    (duration: number) => void setViewport(fitViewport(layout, area), { duration }),
    [setViewport, layout, area],
  )
  const known = useRef(area)
  useEffect(() => {
    const resized = known.current !== area
    known.current = area
    if (!moved && area.width) fit(resized ? 0 : 200)
  }, [fit, area, moved])
  return fit
}

/** The canvas takes what is dragged over it: in the slot nearest to the pointer, or in the bin. */
function useDropTarget(host: RefObject<HTMLDivElement | null>, graph: Graph): void {
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
function usePointer(graph: Graph) {
  const { screenToFlowPosition } = useReactFlow()
  const find = (event: MouseEvent, reach: number): Pin | null => {
    const frame = frames.current
    const sizeOf = (pin: Pin) => Math.abs((frame && valueOf(frame, pin)) ?? 0)
    const point = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    return nearestEdge(graph.bundles, point, reach, sizeOf)?.pin ?? null
  }
  return {
    move: (event: MouseEvent) => hover(find(event, REACH.mouse)),
    // A neuron that the pointer has just entered keeps its own.
    leave: ({ relatedTarget }: MouseEvent) => {
      if (!(relatedTarget instanceof Element && relatedTarget.closest('.neuron, .port-live'))) hover(null)
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
function useFocusInView(host: RefObject<HTMLDivElement | null>): void {
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

function Announcements() {
  const said = useCanvas((state) => state.said)
  return (
    <p className="visually-hidden" aria-live="polite" role="status">
      {said}
    </p>
  )
}

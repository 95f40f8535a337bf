import { ReactFlow, ReactFlowProvider } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { type RefObject, useMemo, useRef, useState } from 'react'
import { fitViewport } from '../core/layout-graph'
import { IconButton } from '../primitives'
import { useNetloom } from '../state'
import { useDragPan, useDropTarget, useFit, useFocusInView, usePointer, useSlotInView } from './canvas-hooks'
import { hover, useCanvas } from './canvas-state'
import { DragGhost } from './drag-ghost'
import { EdgeLayer } from './edge-layer'
import { type Graph, GraphProvider, useGraphOf } from './graph'
import { LayerNode } from './layer-node'
import { MoreLayers } from './more-layers'
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
      <div
        ref={host}
        className="network-host"
        data-phase={phase ?? undefined}
        data-small={graph.zoom < 1 || undefined}
      >
        {area.width > 0 && (
          <>
            <EdgeLayer graph={graph} host={host} />
            <Flow graph={graph} host={host} area={area} />
          </>
        )}
        <ValueCards />
        <PhaseStrip />
      </div>
      {!present && <Palette />}
      <p className="credit">React Flow</p>
      <DragGhost />
      <Announcements />
    </GraphProvider>
  )
}

const NODE_TYPES = { layer: LayerNode }
const NO_EDGES: never[] = []
const FREE = { minZoom: 0.5, maxZoom: 2 }
const WITHOUT_LINK = { hideAttribution: true }

type Area = ReturnType<typeof useArea>

function Flow({ graph, host, area }: { graph: Graph; host: RefObject<HTMLDivElement | null>; area: Area }) {
  const [moved, setMoved] = useState(false)
  const [first] = useState(() => fitViewport(graph.layout, area))
  const showAll = useFit(graph, area, moved)
  useDropTarget(host, graph)
  useFocusInView(host)
  useDragPan(host, graph)
  useSlotInView(graph, area)
  const pointer = usePointer(graph)
  const nodes = useMemo(() => nodesOf(graph), [graph])
  return (
    <>
      <ReactFlow
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        defaultViewport={first}
        {...FREE}
        panOnScroll
        zoomOnDoubleClick={false}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        proOptions={WITHOUT_LINK}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        onMove={(event) => event && setMoved(true)}
        onPaneMouseMove={pointer.move}
        onPaneMouseLeave={() => hover(null)}
        onPaneClick={pointer.click}
      >
        <Slots />
      </ReactFlow>
      <MoreLayers area={area} />
      {moved && (
        <span className="fit">
          <IconButton
            icon="target"
            look="plain"
            label={
              graph.layout.width * graph.zoom > area.width
                ? 'Back to the first layers'
                : 'Show the whole network'
            }
            onClick={() => {
              setMoved(false)
              showAll(200)
            }}
          />
        </span>
      )}
    </>
  )
}

/** Sizes are given, so that React Flow draws at once and measures nothing. */
function nodesOf({ layers, layout }: Graph) {
  return layers.map(({ layer, column }) => ({
    id: layer.id,
    type: 'layer',
    position: { x: column.left, y: 0 },
    width: column.width,
    height: layout.height,
    data: {},
  }))
}

function Announcements() {
  const said = useCanvas((state) => state.said)
  return (
    <p className="visually-hidden" aria-live="polite" role="status">
      {said}
    </p>
  )
}

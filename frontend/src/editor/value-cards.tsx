import { useStore } from '@xyflow/react'
import { type CSSProperties, useEffect } from 'react'
import { middleOf, samePin } from '../core/edge-geometry'
import type { Pin } from '../protocol'
import { actions, useNetloom } from '../state'
import { forgetLayers, useCanvas } from './canvas-state'
import { type Graph, useGraph } from './graph'
import { CARD, cardsBottom, keyOf, useCorners } from './use-corners'
import { ValueCard } from './value-card'

/** What the pointer means floats beside it; what is pinned stays in a corner. */
export function ValueCards() {
  const pinned = useCanvas((state) => state.pinned)
  const hovered = useCanvas((state) => state.hovered)
  const dragging = useCanvas((state) => state.drag !== null)
  usePinWatch(pinned, hovered)
  return (
    <>
      {hovered && !dragging && !pinned.some((pin) => samePin(pin, hovered)) && <HoverCard pin={hovered} />}
      <Pinned pins={pinned} />
    </>
  )
}

/** A card in a corner each, which it keeps. */
function Pinned({ pins }: { pins: readonly Pin[] }) {
  const corners = useCorners(pins)
  const { layout } = useGraph()
  const [, y, zoom] = useStore((state) => state.transform)
  const style = { '--cards-bottom': `${cardsBottom(layout, y, zoom)}px` } as CSSProperties
  return pins.map((pin) => (
    <div key={keyOf(pin)} className="pinned" data-corner={corners.get(keyOf(pin))} style={style}>
      <ValueCard pin={pin} pinned />
    </div>
  ))
}

const REST_MS = 60

/** Asks the server for the gradients and updates of what is looked at; a pointer passing by asks for nothing. */
function usePinWatch(pinned: readonly Pin[], hovered: Pin | null): void {
  useEffect(() => {
    const timer = setTimeout(() => actions.setPins(hovered ? [...pinned, hovered] : pinned), REST_MS)
    return () => clearTimeout(timer)
  }, [pinned, hovered])
  const network = useNetloom(({ experiment }) => experiment.network)
  useEffect(() => forgetLayers(new Set(network.layers.map(({ id }) => id))), [network])
}

const GAP = 22

function HoverCard({ pin }: { pin: Pin }) {
  const graph = useGraph()
  const [x, y, zoom] = useStore((state) => state.transform)
  const [width, height] = [useStore((state) => state.width), useStore((state) => state.height)]
  const at = anchorOf(graph, pin)
  if (!at) return null
  const [from, to] = [at.left * zoom + x, at.right * zoom + x]
  const screenY = at.y * zoom + y
  const right = to + GAP + CARD.width < width
  const style = {
    left: right ? to + GAP : Math.max(from - GAP - CARD.width, 8),
    top: Math.min(Math.max(screenY - CARD.height - 10, 8), Math.max(height - CARD.height - 8, 8)),
  } as CSSProperties
  return (
    <div className="hover-card" style={style}>
      <ValueCard pin={pin} pinned={false} />
    </div>
  )
}

/** A weight's curve at its middle, or its neuron from side to side. */
function anchorOf({ bundles, byId }: Graph, pin: Pin): { left: number; right: number; y: number } | null {
  const middle = middleOf(bundles, pin)
  if (middle) return { left: middle.x, right: middle.x, y: middle.y }
  const column = byId.get(pin.layer)?.column
  const spot = column?.spots.find(({ index }) => index === pin.index.at(-1))
  return column && spot
    ? { left: column.center - column.reach, right: column.center + column.reach, y: spot.y }
    : null
}

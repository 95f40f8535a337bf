import { useStore } from '@xyflow/react'
import { type CSSProperties, useEffect } from 'react'
import { middleOf, samePin } from '../core/edge-geometry'
import { classNames } from '../primitives'
import type { Pin } from '../protocol'
import { actions, useNetloom } from '../state'
import { forgetLayers, useCanvas } from './canvas-state'
import { type Graph, useGraph } from './graph'
import { ValueCard } from './value-card'

/** What the pointer means floats beside it; what is pinned stays at the canvas's foot. */
export function ValueCards() {
  const pinned = useCanvas((state) => state.pinned)
  const hovered = useCanvas((state) => state.hovered)
  const dragging = useCanvas((state) => state.drag !== null)
  usePinWatch(pinned, hovered)
  return (
    <>
      {hovered && !dragging && !pinned.some((pin) => samePin(pin, hovered)) && <HoverCard pin={hovered} />}
      <Stack pins={pinned.filter((_, i) => i % 2 === 0)} side="left" />
      <Stack pins={pinned.filter((_, i) => i % 2 === 1)} side="right" />
    </>
  )
}

/** In the corners below the inputs and the output, where the picture is empty. */
function Stack({ pins, side }: { pins: readonly Pin[]; side: 'left' | 'right' }) {
  if (pins.length === 0) return null
  return (
    <div className={classNames('pinned', side === 'right' && 'pinned-right')}>
      {pins.map((pin) => (
        <ValueCard key={`${pin.layer} ${pin.parameter} ${pin.index}`} pin={pin} pinned />
      ))}
    </div>
  )
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

const CARD = { width: 170, height: 104, gap: 22 }

function HoverCard({ pin }: { pin: Pin }) {
  const graph = useGraph()
  const [x, y, zoom] = useStore((state) => state.transform)
  const [width, height] = [useStore((state) => state.width), useStore((state) => state.height)]
  const at = anchorOf(graph, pin)
  if (!at) return null
  const [screenX, screenY] = [at.x * zoom + x, at.y * zoom + y]
  const right = screenX + CARD.gap + CARD.width < width
  const style = {
    left: right ? screenX + CARD.gap : Math.max(screenX - CARD.gap - CARD.width, 8),
    top: Math.min(Math.max(screenY - CARD.height - 10, 8), Math.max(height - CARD.height - 8, 8)),
  } as CSSProperties
  return (
    <div className="hover-card" style={style}>
      <ValueCard pin={pin} pinned={false} />
    </div>
  )
}

/** A weight's curve at its middle, or its neuron. */
function anchorOf({ bundles, byId }: Graph, pin: Pin): { x: number; y: number } | null {
  const middle = middleOf(bundles, pin)
  if (middle) return middle
  const column = byId.get(pin.layer)?.column
  const spot = column?.spots.find(({ index }) => index === pin.index.at(-1))
  return column && spot ? { x: column.center + column.reach, y: spot.y } : null
}

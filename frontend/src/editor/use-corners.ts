/** Which corner of the canvas each pinned value has. */
import { useStoreApi } from '@xyflow/react'
import { useMemo, useRef } from 'react'
import { CORNERS, type Corner, chooseCorner, cornerRooms, overlap } from '../core/card-corners'
import type { Box } from '../core/layout-graph'
import type { Pin } from '../protocol'
import { type Graph, useGraph } from './graph'

/** A card's usual size; numbers of a watched point make it taller. */
export const CARD = { width: 170, height: 104 }

export const keyOf = ({ layer, parameter, index }: Pin) => `${layer} ${parameter} ${index}`

/** A card changes its corner only when the network has grown under it. */
export function useCorners(pins: readonly Pin[]): ReadonlyMap<string, Corner> {
  const graph = useGraph()
  const flow = useStoreApi()
  const known = useRef<ReadonlyMap<string, Corner>>(new Map())
  return useMemo(() => {
    const { transform, width, height } = flow.getState()
    const rooms = cornerRooms(insideOf(graph, transform, width, height), CARD)
    const neurons = neuronBoxes(graph, transform)
    const taken = new Map<string, Corner>()
    for (const pin of pins) {
      const own =
        neurons.find(({ layer, index }) => layer === pin.layer && index === pin.index.at(-1)) ?? null
      const before = known.current.get(keyOf(pin))
      const kept = before && !(own && overlap(rooms[before], own)) ? before : null
      const free = CORNERS.filter((corner) => ![...taken.values()].includes(corner))
      const corner = kept && free.includes(kept) ? kept : chooseCorner(free, rooms, neurons, own)
      if (corner) taken.set(keyOf(pin), corner)
    }
    known.current = taken
    return taken
  }, [pins, graph, flow])
}

type Transform = readonly [x: number, y: number, zoom: number]

const SIDE = 12
const FOOT = 52

function insideOf({ layout }: Graph, [, y, zoom]: Transform, width: number, height: number): Box {
  const top = cardsBottom(layout, y, zoom)
  return { left: SIDE, top, width: width - 2 * SIDE, height: height - FOOT - top }
}

/** Just below the row of layer cards, in pixels of the frame. */
export function cardsBottom({ columnsTop }: Graph['layout'], y: number, zoom: number): number {
  return Math.max((columnsTop - 14) * zoom + y, 8)
}

function neuronBoxes({ layers, layout }: Graph, [x, y, zoom]: Transform) {
  const size = layout.thumb * zoom
  return layers.flatMap(({ layer, column }) =>
    column.spots.map((spot) => ({
      layer: layer.id,
      index: spot.index,
      left: column.center * zoom + x - size / 2,
      top: spot.y * zoom + y - size / 2,
      width: size,
      height: size,
    })),
  )
}

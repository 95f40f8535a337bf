/** The network as the canvas draws it: layers in order, their places, their curves. */
import { createContext, useContext, useMemo } from 'react'
import { type Bundle, bundleOf } from '../core/edge-geometry'
import {
  type Column,
  type ColumnSpec,
  type GraphLayout,
  isFolded,
  LAYOUT_SIZES,
  type LayoutSizes,
  layOutGraph,
  zoomFor,
} from '../core/layout-graph'
import { isWeighted, order } from '../core/network'
import { parameterCounts, widths } from '../core/shapes'
import type { AnyLayer, Network } from '../protocol'

export type GraphLayer = {
  layer: AnyLayer
  column: Column
  /** Values it reads and passes on. */
  inputs: number
  outputs: number
  parameters: number
  folded: boolean
}

export type Graph = {
  layers: readonly GraphLayer[]
  layout: GraphLayout
  bundles: readonly Bundle[]
  byId: ReadonlyMap<string, GraphLayer>
  /** Below 1 where the cards do not fit side by side. */
  zoom: number
}

export type CanvasLook = {
  /** Larger, for the back of a room. */
  present: boolean
  /** Fingers need taller controls on a card. */
  coarse: boolean
  /** One more button on each card. */
  all: boolean
}

const PRESENT_SCALE = 1.45
const SETTINGS_BUTTON = 34
/** Cards of a network that is shown smaller have larger buttons, so that these stay easy to hit. */
const SMALL_CARD = 102

export function sizesFor({ present, coarse }: CanvasLook): LayoutSizes {
  if (!present) return coarse ? { ...LAYOUT_SIZES, cardHeight: 106, footer: 48 } : LAYOUT_SIZES
  return { ...LAYOUT_SIZES, cardHeight: 150, thumb: 60, pitch: 92, image: 150, footer: 56, headroom: 26 }
}

const WIDTHS: Record<AnyLayer['type'], number> = {
  input: 104,
  dense: 168,
  dropout: 152,
  batch_norm: 168,
  layer_norm: 168,
  output: 168,
}

export function graphOf(
  network: Network,
  features: number,
  area: { width: number; height: number },
  expanded: ReadonlySet<string>,
  look: CanvasLook,
): Graph {
  const [wide, counts] = [widths(network, features), parameterCounts(network, features)]
  const ordered = order(network)
  const specs = ordered.map((layer) => specOf(layer, wide.get(layer.id)?.outputs ?? 0, expanded, look))
  const usual = sizesFor(look)
  const zoom = zoomFor(specs, area.width, usual)
  const sizes = zoom < 1 ? { ...usual, cardHeight: Math.max(usual.cardHeight, SMALL_CARD) } : usual
  const layout = layOutGraph(specs, { width: area.width / zoom, height: area.height / zoom }, sizes)
  const layers = ordered.map((layer, i) => ({
    layer,
    column: layout.columns[i] as Column,
    inputs: wide.get(layer.id)?.inputs ?? 0,
    outputs: wide.get(layer.id)?.outputs ?? 0,
    parameters: counts.get(layer.id) ?? 0,
    folded: isFolded(specs[i] as ColumnSpec),
  }))
  return {
    layers,
    layout,
    zoom,
    bundles: bundlesOf(layers),
    byId: new Map(layers.map((held) => [held.layer.id, held])),
  }
}

function specOf(layer: AnyLayer, count: number, expanded: ReadonlySet<string>, look: CanvasLook): ColumnSpec {
  const kind = layer.type === 'input' || isWeighted(layer) ? 'thumbs' : 'ports'
  const room = kind === 'ports' && look.all ? SETTINGS_BUTTON : 0
  const width = (WIDTHS[layer.type] + room) * (look.present ? PRESENT_SCALE : 1)
  return { id: layer.id, kind, count, expanded: expanded.has(layer.id), width }
}

export function bundlesOf(layers: readonly Pick<GraphLayer, 'layer' | 'column'>[]): Bundle[] {
  return layers.slice(1).map(({ layer, column }, i) => {
    const source = layers[i]?.column as Column
    return bundleOf(source, column, parameterOf(layer))
  })
}

function parameterOf(layer: AnyLayer): Bundle['parameter'] {
  if (isWeighted(layer)) return 'weight'
  return layer.type === 'dropout' ? null : 'scale'
}

const GraphContext = createContext<Graph | null>(null)
export const GraphProvider = GraphContext.Provider

export function useGraph(): Graph {
  const graph = useContext(GraphContext)
  if (!graph) throw new Error('Outside the canvas')
  return graph
}

export function useGraphOf(...[network, features, area, expanded, look]: Parameters<typeof graphOf>): Graph {
  const { width, height } = area
  const { present, coarse, all } = look
  return useMemo(
    () => graphOf(network, features, { width, height }, expanded, { present, coarse, all }),
    [network, features, width, height, expanded, present, coarse, all],
  )
}

/** Where each column of the network stands, in canvas pixels: cards in a row at the top, columns centered below. */

export type ColumnSpec = {
  id: string
  /** Neurons with a picture, or the points where values pass a layer that has none. */
  kind: 'thumbs' | 'ports'
  /** Values that leave it. */
  count: number
  /** Shows every neuron, however many. */
  expanded: boolean
  /** The card's width. */
  width: number
}

export type LayoutSizes = {
  thumb: number
  smallestThumb: number
  /** From one neuron's middle to the next, where there is room. */
  pitch: number
  cardHeight: number
  /** Between the cards' row and the columns. */
  headroom: number
  /** Below the columns: the slots' buttons. */
  footer: number
  gap: number
  widestGap: number
  image: number
}

export const LAYOUT_SIZES: LayoutSizes = {
  thumb: 46,
  smallestThumb: 30,
  pitch: 74,
  cardHeight: 92,
  headroom: 22,
  footer: 44,
  gap: 14,
  widestGap: 96,
  image: 104,
}

export type Spot = { index: number; y: number }

export type Box = { left: number; top: number; width: number; height: number }

export type Column = {
  id: string
  kind: ColumnSpec['kind']
  count: number
  left: number
  width: number
  center: number
  /** From the middle to where curves begin and end. */
  reach: number
  spots: readonly Spot[]
  /** The weight image of a folded layer. */
  image: Box | null
}

export type GraphLayout = {
  columns: readonly Column[]
  width: number
  height: number
  thumb: number
  columnsTop: number
  columnsBottom: number
}

export const FOLD_ABOVE = 10
/** Folded layers with more neurons than this cannot be opened: their pictures would not fit. */
export const EXPAND_UP_TO = 32

const PORT_REACH = 5

export function isFolded({
  kind,
  count,
  expanded,
}: Pick<ColumnSpec, 'kind' | 'count' | 'expanded'>): boolean {
  return kind === 'thumbs' && count > FOLD_ABOVE && !(expanded && count <= EXPAND_UP_TO)
}

export function layOutGraph(
  specs: readonly ColumnSpec[],
  area: { width: number; height: number },
  sizes: LayoutSizes = LAYOUT_SIZES,
): GraphLayout {
  const columnsTop = sizes.cardHeight + sizes.headroom
  const room = Math.max(area.height - columnsTop - sizes.footer, sizes.smallestThumb * 3)
  const pitches = specs.map((spec) => pitchOf(spec, room, sizes))
  const thumb = Math.max(Math.min(sizes.thumb, ...pitches.map((pitch) => pitch - 8)), sizes.smallestThumb)
  const tall = Math.max(room, ...specs.map((spec, i) => heightOf(spec, pitches[i] as number, room, sizes)))
  const middle = columnsTop + tall / 2
  const columns = placeAcross(specs, area.width, sizes).map((place, i) => {
    const spec = specs[i] as ColumnSpec
    return { ...place, ...placeDown(spec, pitches[i] as number, middle, place.center, room, sizes, thumb) }
  })
  return {
    columns: columns.map((column, i) => (column.kind === 'ports' ? withPorts(columns, i) : column)),
    width: rightEnd(columns),
    height: columnsTop + tall + sizes.footer,
    thumb,
    columnsTop,
    columnsBottom: columnsTop + tall,
  }
}

const rightEnd = (columns: readonly Column[]) =>
  Math.max(0, ...columns.map(({ left, width }) => left + width))

function pitchOf(spec: ColumnSpec, room: number, { pitch, smallestThumb }: LayoutSizes): number {
  if (spec.kind === 'ports' || isFolded(spec)) return pitch
  return Math.min(Math.max(room / spec.count, smallestThumb + 4), pitch)
}

function heightOf(spec: ColumnSpec, pitch: number, room: number, sizes: LayoutSizes): number {
  if (spec.kind === 'ports') return 0
  return isFolded(spec) ? foldOf(room, sizes).height : spec.count * pitch
}

type Place = Pick<Column, 'id' | 'kind' | 'count' | 'left' | 'width' | 'center'>

/** Cards side by side with equal gaps, which grow with the room until `widestGap`. */
function placeAcross(specs: readonly ColumnSpec[], width: number, { gap, widestGap }: LayoutSizes): Place[] {
  const cards = specs.reduce((sum, spec) => sum + spec.width, 0)
  const share = (width - cards) / Math.max(specs.length - 1, 1)
  const space = Math.min(Math.max(share, gap), widestGap)
  let left = 0
  return specs.map(({ id, kind, count, width: own }) => {
    const place = { id, kind, count, left, width: own, center: left + own / 2 }
    left += own + space
    return place
  })
}

function placeDown(
  spec: ColumnSpec,
  pitch: number,
  middle: number,
  center: number,
  room: number,
  sizes: LayoutSizes,
  thumb: number,
): Pick<Column, 'reach' | 'spots' | 'image'> {
  if (spec.kind === 'ports') return { reach: PORT_REACH, spots: [], image: null }
  if (isFolded(spec)) return { reach: thumb / 2, ...placeFolded(spec.count, middle, center, room, sizes) }
  const first = middle - ((spec.count - 1) * pitch) / 2
  const spots = Array.from({ length: spec.count }, (_, index) => ({ index, y: first + index * pitch }))
  return { reach: thumb / 2, spots, image: null }
}

/** How many neurons a folded layer shows above and below its weight image. */
function foldOf(room: number, { smallestThumb, thumb, image }: LayoutSizes) {
  const pitch = thumb + 6
  const wanted = image + 20 + 4 * pitch
  const shown = room >= wanted ? 2 : 1
  return {
    shown,
    pitch: shown === 2 ? pitch : Math.max(smallestThumb + 4, pitch),
    height: image + 20 + 2 * shown * pitch,
  }
}

function placeFolded(count: number, middle: number, center: number, room: number, sizes: LayoutSizes) {
  const { shown, pitch } = foldOf(room, sizes)
  const half = sizes.image / 2
  const above = Array.from({ length: shown }, (_, i) => ({
    index: i,
    y: middle - half - 10 - (shown - i - 0.5) * pitch,
  }))
  const below = Array.from({ length: shown }, (_, i) => ({
    index: count - shown + i,
    y: middle + half + 10 + (i + 0.5) * pitch,
  }))
  const image = { left: center - half, top: middle - half, width: sizes.image, height: sizes.image }
  return { spots: [...above, ...below], image }
}

/** Values pass straight through: each port lies as high as the neuron it comes from. */
function withPorts(columns: readonly Column[], at: number): Column {
  const source = columns.slice(0, at).findLast((column) => column.kind === 'thumbs')
  const column = columns[at] as Column
  return { ...column, spots: source?.spots ?? [] }
}

/** The middle of the slot between column `slot` and the next, and the width that no picture covers. */
export function slotBetween(layout: GraphLayout, slot: number): { center: number; width: number } | null {
  const [before, after] = [layout.columns[slot], layout.columns[slot + 1]]
  if (!before || !after) return null
  const from = before.center + (before.image ? before.image.width / 2 : before.reach)
  const to = after.center - (after.image ? after.image.width / 2 : after.reach)
  return { center: (from + to) / 2, width: to - from }
}

/** The slot nearest to `x`. */
export function nearestSlot(layout: GraphLayout, x: number): number {
  const centers = layout.columns.slice(1).map((_, slot) => slotBetween(layout, slot)?.center ?? 0)
  const distances = centers.map((center) => Math.abs(center - x))
  return distances.indexOf(Math.min(...distances))
}

export type Viewport = { x: number; y: number; zoom: number }

/** Below this, buttons would be too small to touch. */
export const SMALLEST_ZOOM = 0.8

/** How much a network must shrink so that its cards fit the width side by side; then there is more height to use. */
export function zoomFor(specs: readonly ColumnSpec[], width: number, { gap }: LayoutSizes): number {
  const needed = specs.reduce((sum, spec) => sum + spec.width + gap, -gap)
  return Math.min(Math.max(width / needed, SMALLEST_ZOOM), 1)
}

/** Shows the whole network where that keeps it legible, else its left part; never larger than life. */
export function fitViewport(
  layout: Pick<GraphLayout, 'width' | 'height'>,
  area: Box,
  smallestZoom = SMALLEST_ZOOM,
): Viewport {
  const wanted = Math.min(area.width / layout.width, area.height / layout.height, 1)
  const zoom = Math.max(wanted, smallestZoom)
  const slack = area.width - layout.width * zoom
  return { x: area.left + Math.max(slack / 2, 0), y: area.top, zoom }
}

/** Kept free around a column that is brought into view. */
const VIEW_MARGIN = 24

/**
 * Where a network wider than the room stays when it changes: at `x`, as far as there is network to show, and so that
 * `column` can be seen. One that fits stays where `viewport` has it.
 */
export function keepInView(
  viewport: Viewport,
  layout: Pick<GraphLayout, 'width'>,
  area: Pick<Box, 'left' | 'width'>,
  x: number,
  column?: Pick<Column, 'left' | 'width'>,
): Viewport {
  const slack = area.width - layout.width * viewport.zoom
  if (slack >= 0) return viewport
  const within = (at: number) => Math.min(Math.max(at, area.left + slack), area.left)
  if (!column) return { ...viewport, x: within(x) }
  const [left, right] = [column.left * viewport.zoom, (column.left + column.width) * viewport.zoom]
  const first = area.left + VIEW_MARGIN - left
  const last = area.left + area.width - VIEW_MARGIN - right
  return { ...viewport, x: within(Math.max(Math.min(x, last), first)) }
}

/** How many layers lie, for the most part, beyond each side of a frame `width` wide; and whether anything is cut off there. */
export function beyond(
  { columns }: Pick<GraphLayout, 'columns'>,
  { x, zoom }: Viewport,
  width: number,
): { left: number; right: number; cutLeft: boolean; cutRight: boolean } {
  const middles = columns.map(({ left, width: own }) => (left + own / 2) * zoom + x)
  const [first, last] = [columns[0], columns.at(-1)]
  return {
    left: middles.filter((middle) => middle < 0).length,
    right: middles.filter((middle) => middle > width).length,
    cutLeft: first !== undefined && first.left * zoom + x < -CUT,
    cutRight: last !== undefined && (last.left + last.width) * zoom + x > width + CUT,
  }
}

/** Less than this is a shadow. */
const CUT = 8

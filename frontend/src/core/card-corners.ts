/** In which corner of the canvas a pinned value's card stands, so that it covers as few neurons as possible. */
import type { Box } from './layout-graph'

export const CORNERS = ['bottom-left', 'bottom-right', 'top-left', 'top-right'] as const
export type Corner = (typeof CORNERS)[number]

/** The room of each corner, between the cards' row and the slots' buttons. */
export function cornerRooms(inside: Box, card: { width: number; height: number }): Record<Corner, Box> {
  const right = inside.left + inside.width - card.width
  const bottom = inside.top + inside.height - card.height
  return {
    'bottom-left': { ...card, left: inside.left, top: bottom },
    'bottom-right': { ...card, left: right, top: bottom },
    'top-left': { ...card, left: inside.left, top: inside.top },
    'top-right': { ...card, left: right, top: inside.top },
  }
}

export function overlap(a: Box, b: Box): number {
  const along = (from: number, size: number, other: number, otherSize: number) =>
    Math.max(Math.min(from + size, other + otherSize) - Math.max(from, other), 0)
  return along(a.left, a.width, b.left, b.width) * along(a.top, a.height, b.top, b.height)
}

/** What a card belongs to counts as much as this many other neurons. */
const OWN = 20

/** The free corner that covers least of `neurons`, and least of all of `own`; the first of equals. Null when none is free. */
export function chooseCorner(
  free: readonly Corner[],
  rooms: Readonly<Record<Corner, Box>>,
  neurons: readonly Box[],
  own: Box | null,
): Corner | null {
  const covered = (corner: Corner) =>
    neurons.reduce((sum, neuron) => sum + overlap(rooms[corner], neuron), 0) +
    (own ? OWN * overlap(rooms[corner], own) : 0)
  const areas = free.map(covered)
  return free[areas.indexOf(Math.min(...areas))] ?? null
}

import { interpolateCividis, interpolateViridis } from 'd3-scale-chromatic'
import { fromPixel, mix, parseColor, type Rgb, toCss, toPixel } from './color'

/** Cell 0..254 -> pixel; entry 255 is for what is not finite. */
export type ColorTable = Uint32Array

export type Tone = 'light' | 'dark'

/** The cell that stands for the middle of the range, and the greatest one. */
export const MIDDLE_CELL = 127
export const LAST_CELL = 254
export const NOT_FINITE_CELL = 255

export const NEGATIVE = parseColor('#f59322')
export const POSITIVE = parseColor('#0877bd')
const ZERO: Record<Tone, Rgb> = { light: parseColor('#e8eaeb'), dark: parseColor('#d6dade') }
const NOT_FINITE: Record<Tone, Rgb> = { light: parseColor('#9aa2ad'), dark: parseColor('#5a6472') }

/** How far heatmaps go towards the full color, so that points on them stay visible. */
const HEATMAP_STRENGTH = 0.78

/** Okabe & Ito (2008), safe for the color-blind; then two more for ten digits. Class 0 and 1 keep orange and blue. */
const OKABE_ITO = [
  '#e69f00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#7f7f7f',
  '#7a5195',
  '#5b3a1e',
]

function table(tone: Tone, color: (cell: number) => Rgb): ColorTable {
  const pixels = new Uint32Array(256)
  for (let cell = 0; cell <= LAST_CELL; cell++) pixels[cell] = toPixel(color(cell))
  pixels[NOT_FINITE_CELL] = toPixel(NOT_FINITE[tone])
  return pixels
}

/** Orange over the zero tone to blue. `strength` 1 is the full color, for edges and legends. */
export function divergingTable(tone: Tone, strength = HEATMAP_STRENGTH): ColorTable {
  return table(tone, (cell) => divergingColor((cell - MIDDLE_CELL) / MIDDLE_CELL, tone, strength))
}

/** The color of a `share` in −1..1 of the greatest size; beyond is held at the ends. */
export function divergingColor(share: number, tone: Tone, strength = 1): Rgb {
  const size = Math.min(Math.abs(share), 1) * strength
  return mix(ZERO[tone], share < 0 ? NEGATIVE : POSITIVE, size)
}

/** Viridis or cividis, for what has a size but no sign. */
export function magnitudeTable(tone: Tone, name: 'viridis' | 'cividis' = 'viridis'): ColorTable {
  const ramp = name === 'viridis' ? interpolateViridis : interpolateCividis
  return table(tone, (cell) => parseColor(ramp(cell / LAST_CELL)))
}

/** The colors of `count` classes: orange and blue for two, Okabe-Ito for more; they repeat after ten. */
export function classColors(count: number): Rgb[] {
  if (count <= 2) return [NEGATIVE, POSITIVE].slice(0, count)
  return Array.from({ length: count }, (_, i) => parseColor(OKABE_ITO[i % OKABE_ITO.length] as string))
}

/** One table a class: its color, faded to the zero tone where its share is no better than chance (1 / count). */
export function classTables(tone: Tone, count: number): ColorTable[] {
  const chance = 1 / count
  return classColors(count).map((color) =>
    table(tone, (cell) => {
      const certainty = Math.max(0, (cell / LAST_CELL - chance) / (1 - chance))
      return mix(ZERO[tone], color, HEATMAP_STRENGTH * (0.18 + 0.82 * certainty))
    }),
  )
}

/** Only two colors: below `level` (a cell, fractions allowed) the first, from it on the last. */
export function decisionTable(colors: ColorTable, level: number): ColorTable {
  const [low, high] = [colors[0] as number, colors[LAST_CELL] as number]
  return colors.map((pixel, cell) => (cell === NOT_FINITE_CELL ? pixel : cell < level ? low : high))
}

/** The same colors for cells over `low`..`high`, such that the table's middle stands at `center`. */
export function centeredTable(colors: ColorTable, low: number, high: number, center: number): ColorTable {
  const reach = Math.max(high - center, center - low) || 1
  return colors.map((pixel, cell) => {
    if (cell === NOT_FINITE_CELL) return pixel
    const value = low + ((high - low) * cell) / LAST_CELL
    return colors[Math.round(MIDDLE_CELL + (MIDDLE_CELL * (value - center)) / reach)] as number
  })
}

/** A CSS gradient through the table's finite colors, for the legend below a heatmap. */
export function tableGradient(colors: ColorTable): string {
  const stops = Array.from({ length: 9 }, (_, i) => colors[Math.round((i * LAST_CELL) / 8)] as number)
  return `linear-gradient(to right, ${stops.map((pixel) => toCss(fromPixel(pixel))).join(', ')})`
}

import { type ColorTable, NOT_FINITE_CELL } from '../core/color-tables'
import type { HeatCells } from '../core/heat'

type Buffer = { image: ImageData; pixels: Uint32Array }

const buffers = new WeakMap<HTMLCanvasElement, Buffer>()

/** Paints one pixel a cell; CSS scales the canvas. Cells that are not finite are hatched. */
export function paintHeat(canvas: HTMLCanvasElement, cells: HeatCells, colors: ColorTable): void {
  paint(canvas, cells, (pixels) => {
    const { data } = cells
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[data[i] as number] as number
    hatch(pixels, data, cells.width, colors)
  })
}

/** Paints the winning class of each cell in its color, faded by its share (0..254); `tables` are one a class. */
export function paintClasses(
  canvas: HTMLCanvasElement,
  cells: HeatCells & { shares: Uint8Array },
  tables: readonly ColorTable[],
): void {
  paint(canvas, cells, (pixels) => {
    const { data, shares } = cells
    for (let i = 0; i < pixels.length; i++) {
      const colors = tables[(data[i] as number) % tables.length] as ColorTable
      pixels[i] = colors[shares[i] as number] as number
    }
    hatch(pixels, shares, cells.width, tables[0] as ColorTable)
  })
}

function paint(
  canvas: HTMLCanvasElement,
  { width, height }: HeatCells,
  fill: (pixels: Uint32Array) => void,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const { image, pixels } = bufferOf(canvas, context, width, height)
  fill(pixels)
  context.putImageData(image, 0, 0)
}

function bufferOf(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
): Buffer {
  const known = buffers.get(canvas)
  if (known && known.image.width === width && known.image.height === height) return known
  canvas.width = width
  canvas.height = height
  const image = context.createImageData(width, height)
  const buffer = { image, pixels: new Uint32Array(image.data.buffer) }
  buffers.set(canvas, buffer)
  return buffer
}

/** Lightens every other diagonal of cells that are not finite, so that they are known without their color. */
function hatch(pixels: Uint32Array, cells: Uint8Array, width: number, colors: ColorTable): void {
  const light = (colors[NOT_FINITE_CELL] as number) | 0xff303030
  for (let i = 0; i < pixels.length; i++) {
    if (cells[i] === NOT_FINITE_CELL && ((i % width) + Math.floor(i / width)) % 4 < 2) pixels[i] = light
  }
}

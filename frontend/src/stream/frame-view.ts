import type { ChannelLayout, FrameHeader, Layout } from '../protocol'

export type Channel = Uint8Array | Float32Array | Int32Array

/** One moment of a run: typed-array views into the message, without a copy. */
export type FrameView = {
  readonly header: FrameHeader
  readonly layout: Layout
  /** The values of a channel, row by row; null where it is not watched. */
  channel(name: string, layer?: string, parameter?: string): Channel | null
  shapeOf(name: string, layer?: string, parameter?: string): readonly number[]
  /** Where value `index` of the whole array lies along an axis of a channel; null where a folded layer leaves it out. */
  placeOf(
    axis: 'rows' | 'columns',
    index: number,
    name: string,
    layer?: string,
    parameter?: string,
  ): number | null
}

const TEXT = new TextDecoder()
const HEADER_BYTES_MOST = 4096

/** Reads the header of a frame (protocol FR1, FR2); null where the message is not one. */
export function readHeader(message: ArrayBuffer): { header: FrameHeader; body: number } | null {
  if (message.byteLength < 8) return null
  const length = new DataView(message).getUint32(0, true)
  if (length > HEADER_BYTES_MOST || 4 + length > message.byteLength) return null
  try {
    return { header: JSON.parse(TEXT.decode(new Uint8Array(message, 4, length))), body: 4 + length }
  } catch {
    return null
  }
}

/** Where each channel of a layout lies, by its name. Made once a layout, not once a frame. */
export class ChannelIndex {
  private readonly channels: ReadonlyMap<string, ChannelLayout>

  constructor(readonly layout: Layout) {
    this.channels = new Map(layout.channels.map((channel) => [nameOf(channel), channel]))
  }

  find(name: string, layer?: string, parameter?: string): ChannelLayout | undefined {
    return this.channels.get(layer === undefined ? name : `${name} ${layer} ${parameter}`)
  }

  viewOf(message: ArrayBuffer, header: FrameHeader, body: number): FrameView {
    return {
      header,
      layout: this.layout,
      channel: (name, layer, parameter) => {
        const channel = this.find(name, layer, parameter)
        return channel ? arrayOf(message, body, channel) : null
      },
      shapeOf: (name, layer, parameter) => this.find(name, layer, parameter)?.shape ?? [],
      placeOf: (axis, index, name, layer, parameter) =>
        placeIn(this.find(name, layer, parameter)?.[axis], index),
    }
  }
}

function placeIn(kept: readonly number[] | null | undefined, index: number): number | null {
  const place = kept?.indexOf(index) ?? index
  return place < 0 ? null : place
}

function nameOf({ name, layer, parameter }: ChannelLayout): string {
  return layer === null ? name : `${name} ${layer} ${parameter}`
}

function arrayOf(
  message: ArrayBuffer,
  body: number,
  { dtype, shape, offset }: ChannelLayout,
): Channel | null {
  const count = shape.reduce((product, length) => product * length, 1)
  const start = body + offset
  if (start + count * (dtype === 'uint8' ? 1 : 4) > message.byteLength) return null
  if (dtype === 'uint8') return new Uint8Array(message, start, count)
  return dtype === 'int32' ? new Int32Array(message, start, count) : new Float32Array(message, start, count)
}

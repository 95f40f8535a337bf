import { type Ref, useImperativeHandle, useRef } from 'react'
import type { ColorTable } from '../core/color-tables'
import { paintWeights } from './paint-weights'
import './weight-image.css'

export type WeightImageHandle = {
  /** Weights as `[rows × columns]`; says the largest size, which is the colors' end. */
  draw: (weights: Float32Array, rows: number, columns: number) => number
}

/** All weights of a big layer as one picture: a row an input, a column a neuron. */
export function WeightImage({
  ref,
  colors,
  label,
}: {
  ref?: Ref<WeightImageHandle>
  colors: ColorTable
  label: string
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useImperativeHandle(ref, () => ({
    draw: (weights, rows, columns) =>
      canvas.current ? paintWeights(canvas.current, weights, columns, rows, colors) : 0,
  }))
  return <canvas ref={canvas} className="weight-image" role="img" aria-label={label} width={1} height={1} />
}

import { type Ref, useImperativeHandle, useRef } from 'react'
import { type ColorTable, centeredTable } from '../core/color-tables'
import type { Heat } from '../core/heat'
import './neuron-thumb.css'
import { paintHeat } from './paint-heat'

/** Paints a neuron's map with zero in the middle of `colors`. For 1-D maps the height is 1. */
export function paintNeuron(canvas: HTMLCanvasElement, heat: Heat, colors: ColorTable, center = 0): void {
  const symmetric = heat.low + heat.high === 2 * center
  paintHeat(canvas, heat, symmetric ? colors : centeredTable(colors, heat.low, heat.high, center))
}

export type NeuronThumbHandle = { draw: (heat: Heat) => void; canvas: () => HTMLCanvasElement | null }

/** The live picture of one neuron; its layer is what screen readers are told about. */
export function NeuronThumb({ ref, colors }: { ref?: Ref<NeuronThumbHandle>; colors: ColorTable }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useImperativeHandle(ref, () => ({
    draw: (heat) => canvas.current && paintNeuron(canvas.current, heat, colors),
    canvas: () => canvas.current,
  }))
  return <canvas ref={canvas} className="neuron-thumb" width={20} height={20} />
}

import { useEffect, useRef } from 'react'
import { formatFixed } from '../core/format'
import type { Layout } from '../protocol'
import { useNetloom } from '../state'
import { frames } from '../stream'

/** Every weight and bias of a very small network, live. */
export function ParameterTable() {
  const layout = useNetloom((model) => model.layout)
  const body = useRef<HTMLTableSectionElement>(null)
  const rows = layout ? trainedNumbers(layout) : []
  useEffect(
    () =>
      frames.subscribe((frame) => {
        body.current?.querySelectorAll('output').forEach((place) => {
          const { layer = '', parameter = '', index = '0' } = place.dataset
          const value = frame.channel('parameter', layer, parameter)?.[Number(index)]
          if (value !== undefined) place.textContent = formatFixed(value, 4)
        })
      }),
    [],
  )
  return (
    <table className="data-table">
      <thead>
        <tr>
          <th scope="col">parameter</th>
          <th scope="col">value</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map(({ layer, parameter, i, long }) => (
          <tr key={long}>
            <th scope="row">{long}</th>
            <td>
              <output data-layer={layer} data-parameter={parameter} data-index={i}>
                –
              </output>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export type TrainedNumber = { layer: string; parameter: string; i: number; long: string; short: string }

/** Every trained number in the order of the frames and of the history, named in full and for a table's head. */
export function trainedNumbers({ channels }: Layout): TrainedNumber[] {
  const trained = channels.filter(({ name }) => name === 'parameter')
  const several = new Set(trained.map(({ layer }) => layer)).size > 1
  return trained.flatMap(({ layer, parameter, shape }) =>
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => {
      const short = `${(parameter ?? '').charAt(0)}${numberOf(i, shape)}`
      return {
        layer: layer ?? '',
        parameter: parameter ?? '',
        i,
        long: `${layer} ${nameOf(parameter ?? '', i, shape)}`,
        short: several ? `${layer}.${short}` : short,
      }
    }),
  )
}

/** "weight 1 → 2", "bias 2": counted from 1, as on the canvas. */
function nameOf(parameter: string, index: number, shape: readonly number[]): string {
  const [, units = 0] = shape
  if (shape.length < 2) return `${parameter} ${index + 1}`
  return `${parameter} ${Math.floor(index / units) + 1} → ${(index % units) + 1}`
}

/** "2", "1→2"; nothing where there is only one. */
function numberOf(index: number, shape: readonly number[]): string {
  const [rows = 1, units = 1] = shape
  if (rows * units === 1) return ''
  if (shape.length < 2 || units === 1) return String(index + 1)
  return rows === 1 ? String(index + 1) : `${Math.floor(index / units) + 1}→${(index % units) + 1}`
}

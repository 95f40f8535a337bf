import { useEffect, useRef } from 'react'
import { formatFixed } from '../core/format'
import { useNetloom } from '../state'
import { frames } from '../stream'

/** Every weight and bias of a very small network, live. */
export function ParameterTable() {
  const layout = useNetloom((model) => model.layout)
  const body = useRef<HTMLTableSectionElement>(null)
  const trained = layout?.channels.filter((channel) => channel.name === 'parameter') ?? []
  const rows = trained.flatMap(({ layer, parameter, shape }) =>
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ({ layer, parameter, i, shape })),
  )
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
        {rows.map(({ layer, parameter, i, shape }) => (
          <tr key={`${layer} ${parameter} ${i}`}>
            <th scope="row">
              {layer} {nameOf(parameter ?? '', i, shape)}
            </th>
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

/** "weight 1 → 2", "bias 2": counted from 1, as on the canvas. */
function nameOf(parameter: string, index: number, shape: readonly number[]): string {
  const [, units = 0] = shape
  if (shape.length < 2) return `${parameter} ${index + 1}`
  return `${parameter} ${Math.floor(index / units) + 1} → ${(index % units) + 1}`
}

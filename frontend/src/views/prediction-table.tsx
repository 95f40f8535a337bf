import { formatFixed, formatSetting } from '../core/format'
import './data-table.css'

export type PredictionRow = {
  inputs: readonly number[]
  target: number | string
  output: number | string
  /** Whether the decision is right; left out for values. */
  right?: boolean | undefined
}

/** Every point of a small data set with what the network should and does answer. */
export function PredictionTable({
  inputs,
  rows,
}: {
  inputs: readonly string[]
  rows: readonly PredictionRow[]
}) {
  return (
    <table className="data-table">
      <thead>
        <tr>
          {inputs.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          <th scope="col">target</th>
          <th scope="col">output</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.inputs.join(' ')} data-wrong={row.right === false || undefined}>
            {row.inputs.map((value, i) => (
              <td key={inputs[i]}>{formatSetting(Number(value.toPrecision(4)))}</td>
            ))}
            <td>{words(row.target)}</td>
            <td>
              {typeof row.output === 'number' ? formatFixed(row.output, 3) : row.output}
              {row.right === false && <span className="visually-hidden"> (wrong)</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function words(value: number | string): string {
  return typeof value === 'number' ? formatSetting(Number(value.toPrecision(4))) : value
}

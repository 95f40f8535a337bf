import { type Ref, useImperativeHandle, useState } from 'react'
import { formatCount, formatNumber } from '../core/format'
import { sampleRows } from '../core/sample-rows'
import type { Column } from './chart-data'
import './data-table.css'

export type HistoryColumn = { label: string; format?: ((value: number) => string) | undefined }

export type HistoryTableHandle = {
  /** Call a few times a second; it keeps a copy of the rows that it shows. */
  draw: (epochs: Column, columns: readonly Column[], count: number) => void
}

const MOST_ROWS = 60

/** The history in numbers, newest first: the last epochs one by one, older ones sampled, epoch 0 always. */
export function HistoryTable(props: {
  ref?: Ref<HistoryTableHandle>
  columns: readonly HistoryColumn[]
  label: string
}) {
  const [rows, setRows] = useState<number[][]>([])
  useImperativeHandle(
    props.ref,
    () => ({
      draw: (epochs, columns, count) => {
        const picked = sampleRows(count, MOST_ROWS).reverse()
        setRows(picked.map((row) => [epochs, ...columns].map((column) => column[row] as number)))
      },
    }),
    [],
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="data-table-scroll" tabIndex={0} aria-label={props.label}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">epoch</th>
            {props.columns.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([epoch = 0, ...values]) => (
            <tr key={epoch}>
              <th scope="row">{formatCount(epoch)}</th>
              {props.columns.map(({ label, format = formatNumber }, i) => (
                <td key={label}>{format(values[i] as number)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

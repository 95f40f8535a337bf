import { formatCount, formatPercent } from '../core/format'
import './confusion-matrix.css'

/** How often each true class (rows) was answered as each class (columns); the diagonal is right. */
export function ConfusionMatrix({
  counts,
  labels,
}: {
  counts: readonly (readonly number[])[]
  labels: readonly string[]
}) {
  return (
    <table className="confusion">
      <caption className="visually-hidden">
        Confusion matrix: rows are the true class, columns the answer
      </caption>
      <thead>
        <tr>
          <td className="confusion-corner">true ↓ answer →</td>
          {labels.map((label) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {labels.map((label, row) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {labels.map((answer, column) => (
              <Cell
                key={answer}
                count={counts[row]?.[column] ?? 0}
                total={sum(counts[row])}
                right={row === column}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function sum(row: readonly number[] | undefined): number {
  return (row ?? []).reduce((total, count) => total + count, 0)
}

/** The deeper the color, the larger the share of its row; the right answers in the accent, the wrong in the warning tone. */
function Cell({ count, total, right }: { count: number; total: number; right: boolean }) {
  const share = total ? count / total : 0
  const tone = right ? 'var(--accent)' : 'var(--bad)'
  const background = count
    ? `color-mix(in srgb, ${tone} ${Math.round(6 + 26 * share)}%, var(--surface))`
    : undefined
  return (
    <td style={{ background }} title={total ? `${formatPercent(share)} of this class` : undefined}>
      {formatCount(count)}
    </td>
  )
}

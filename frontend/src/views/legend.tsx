import { toCss } from '../core/color'
import { type ColorTable, classColors, tableGradient } from '../core/color-tables'
import './legend.css'
import { markerPathText } from './marker-svg'

/** The scale of a heatmap; its ends say what they mean: "0 = orange" … "1 = blue". */
export function HeatLegend({
  low,
  middle,
  high,
  colors,
}: {
  low: string
  middle?: string
  high: string
  colors: ColorTable
}) {
  return (
    <div className="heat-legend">
      <div className="heat-legend-bar" style={{ background: tableGradient(colors) }} />
      <div className="heat-legend-ends">
        <span>{low}</span>
        {middle && <span>{middle}</span>}
        <span>{high}</span>
      </div>
    </div>
  )
}

/** Which shape and color stands for which class. */
export function ClassLegend({ labels }: { labels: readonly string[] }) {
  const colors = classColors(labels.length)
  return (
    <ul className="key-legend">
      {labels.map((label, i) => (
        <li key={label}>
          <Marker shape={i} color={toCss(colors[i] ?? [90, 90, 90])} fill="full" />
          {label}
        </li>
      ))}
    </ul>
  )
}

const SPLITS = { train: 'full', validation: 'ring', test: 'dot' } as const

export type SplitName = keyof typeof SPLITS

type SplitLegendProps = {
  counts: Partial<Record<SplitName, number>>
  /** Splits that can be hidden, and whether they are shown now. */
  shown?: Partial<Record<SplitName, boolean>> | undefined
  onToggle?: ((split: SplitName) => void) | undefined
}

/** How the points of each split are filled: "training 140". What can be hidden is a switch. */
export function SplitLegend({ counts, shown = {}, onToggle }: SplitLegendProps) {
  const present = (Object.keys(SPLITS) as SplitName[]).filter((split) => counts[split])
  return (
    <ul className="key-legend">
      {present.map((split) => (
        <li key={split}>
          {shown[split] === undefined ? (
            <SplitKey split={split} count={counts[split] ?? 0} />
          ) : (
            <button
              type="button"
              className="key-toggle"
              aria-pressed={shown[split]}
              title={`${shown[split] ? 'Hide' : 'Show'} the ${split} points`}
              onClick={() => onToggle?.(split)}
            >
              <SplitKey split={split} count={counts[split] ?? 0} />
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}

function SplitKey({ split, count }: { split: SplitName; count: number }) {
  return (
    <>
      <Marker shape={0} color="currentColor" fill={SPLITS[split]} />
      <span>{split === 'train' ? 'training' : split}</span> <b>{count}</b>
    </>
  )
}

export function Marker({
  shape,
  color,
  fill,
}: {
  shape: number
  color: string
  fill: 'full' | 'ring' | 'dot'
}) {
  return (
    <svg className="key-marker" viewBox="-8 -8 16 16" aria-hidden="true">
      <path
        d={markerPathText(shape, 4.6)}
        fill={fill === 'full' ? color : 'none'}
        stroke={color}
        strokeWidth={fill === 'full' ? 0 : 2}
        strokeLinejoin="round"
      />
      {fill === 'dot' && <circle r="1.7" fill={color} />}
    </svg>
  )
}

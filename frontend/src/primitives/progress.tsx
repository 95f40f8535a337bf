import { Progress as Radix } from 'radix-ui'
import './progress.css'

/** A share in 0..1 of something that takes over a second; null while its length is unknown. The label says what. */
export function ProgressBar({ label, value }: { label: string; value: number | null }) {
  return (
    <Radix.Root className="progress" aria-label={label} value={value} max={1}>
      <Radix.Indicator
        className="progress-done"
        style={value === null ? undefined : { transform: `scaleX(${value})` }}
      />
    </Radix.Root>
  )
}

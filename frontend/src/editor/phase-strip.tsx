import type { Phase } from '../state'
import { useNetloom } from '../state'

const STEPS: readonly (readonly [Phase, string])[] = [
  ['forward', 'forward'],
  ['loss', 'loss'],
  ['backward', 'backward'],
  ['update', 'update'],
]

/** Slow motion's four steps, the present one lit. */
export function PhaseStrip() {
  const phase = useNetloom((model) => model.phase)
  const slow = useNetloom(
    ({ experiment, run }) =>
      experiment.view.slow_motion && experiment.view.speed === '1 update/s' && run?.status === 'training',
  )
  if (!phase && !slow) return null
  return (
    <ol className="phases" aria-label="One update in slow motion">
      {STEPS.map(([name, words]) => (
        <li key={name} aria-current={name === phase ? 'step' : undefined}>
          {words}
        </li>
      ))}
    </ol>
  )
}

import { formatFixed } from '../core/format'
import { ToggleChip } from '../primitives'
import { actions, type Phase, useNetloom } from '../state'

const STEPS: readonly Phase[] = ['forward', 'loss', 'backward', 'update']

/** At one update a second: slow motion's switch, and its four steps, the present one lit. */
export function PhaseStrip() {
  const { speed, slow_motion: on } = useNetloom(({ experiment }) => experiment.view)
  if (speed !== '1 update/s') return null
  return (
    <div className="phase-strip nodrag nopan">
      {on && <Steps />}
      <ToggleChip
        pressed={on}
        tooltip="Forward, loss, backward and update of each mini-batch, one after the other"
        onChange={(slow_motion) => void actions.setView({ slow_motion })}
      >
        Slow motion
      </ToggleChip>
    </div>
  )
}

function Steps() {
  const phase = useNetloom((model) => model.phase)
  const loss = useNetloom(({ phase, batch }) => (phase === 'forward' ? undefined : batch?.loss))
  return (
    <ol className="phases" aria-label="One update in slow motion">
      {STEPS.map((name) => (
        <li key={name} aria-current={name === phase ? 'step' : undefined}>
          {name}
          {name === 'loss' && (
            <b title="The mean loss of the batch, before the update">
              {loss === undefined ? '' : formatFixed(loss, 4)}
            </b>
          )}
        </li>
      ))}
    </ol>
  )
}

import { Chip, Section } from '../primitives'
import { actions, useNetloom } from '../state'
import { hiddenOf } from './hidden'

/** In Simple, a setting without a control of its own that is not as usual shows here, and can be taken back. */
export function HiddenSettings() {
  const catalogue = useNetloom((model) => model.catalogue)
  const experiment = useNetloom((model) => model.experiment)
  const hidden = catalogue ? hiddenOf(experiment, catalogue) : []
  if (!hidden.length) return null
  return (
    <Section title="Also set">
      <div className="chips chips-wrapping">
        {hidden.map(({ label, reset }) => (
          <Chip
            key={label}
            tone="accent"
            removeLabel={`Set back: ${label}`}
            onRemove={() => void actions.edit(reset, `${label} set back`)}
          >
            {label}
          </Chip>
        ))}
      </div>
    </Section>
  )
}

import { IconButton, NumberField, Section } from '../primitives'
import type { Seeds } from '../protocol'
import { useNetloom } from '../state'
import { changeSeeds } from './change'
import { useFacts } from './use-facts'

const NAMES = ['weights', 'data', 'order', 'dropout'] as const satisfies readonly (keyof Seeds)[]

/** Where each kind of chance starts: equal seeds give equal runs. */
export function SeedsSection() {
  return (
    <Section title="Seeds" collapsible="closed" summary="equal seeds, equal runs">
      {NAMES.map((name) => (
        <SeedField key={name} name={name} />
      ))}
    </Section>
  )
}

function SeedField({ name }: { name: keyof Seeds }) {
  const facts = useFacts(`seeds.${name}`)
  const value = useNetloom((model) => model.experiment.seeds[name])
  const set = (seed: number) => changeSeeds({ [name]: seed }, `${facts.title}: seed ${seed}`)
  return (
    <div className="seed">
      <NumberField
        label={facts.title}
        help={facts.help}
        value={value}
        min={facts.min}
        max={facts.max}
        integer
        onChange={set}
      />
      <IconButton
        icon="dice"
        size="small"
        label={`Draw another seed for ${facts.title.toLowerCase()}`}
        tooltip="Draw another"
        onClick={() => set(Math.floor(Math.random() * 2 ** 32))}
      />
    </div>
  )
}

import { useState } from 'react'
import { withFittingValues } from '../core/shapes'
import { Chip, Section, TextField, ToggleChip } from '../primitives'
import { actions, store, useNetloom } from '../state'
import { useFacts } from './use-facts'
import { useTask } from './use-task'

const USUAL = ['x', 'y', 'x^2', 'y^2', 'x*y', 'sin(x)', 'sin(y)']
const LABELS: Readonly<Record<string, string>> = {
  'x^2': 'x²',
  'y^2': 'y²',
  'x*y': 'xy',
  'sin(x)': 'sin x',
  'sin(y)': 'sin y',
}

const WORDS: Readonly<Record<string, string>> = {
  x: 'How far right the point lies',
  y: 'How far up the point lies',
  'x^2': 'x times x: far left and far right look alike',
  'y^2': 'y times y: far up and far down look alike',
  'x*y': 'x times y: positive where both have the same sign',
  'sin(x)': 'A wave from left to right',
  'sin(y)': 'A wave from bottom to top',
}

/** What the network is given of each point. */
export function InputsSection() {
  const facts = useFacts('data.features')
  const features = useNetloom((model) => model.experiment.data.features)
  const { inputs } = useTask()
  const offered = USUAL.filter((formula) => inputs === 2 || !formula.includes('y'))
  return (
    <Section title={facts.title} help={facts.help}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
      <div className="chips" role="group" aria-label={facts.help}>
        {offered.map((formula) => (
          <UsualInput key={formula} formula={formula} features={features} />
        ))}
      </div>
      <OwnInputs features={features} />
      <FormulaField features={features} example={inputs === 2 ? 'x^2 + y^2' : 'x^3'} />
    </Section>
  )
}

function UsualInput({ formula, features }: { formula: string; features: readonly string[] }) {
  const on = features.includes(formula)
  const last = on && features.length === 1
  const label = LABELS[formula] ?? formula
  return (
    <ToggleChip
      pressed={on}
      disabled={last}
      tooltip={last ? 'The network needs at least one input' : WORDS[formula]}
      onChange={() =>
        void changeFeatures(toggled(features, formula), on ? `Input ${label} removed` : `Input ${label}`)
      }
    >
      {label}
    </ToggleChip>
  )
}

/** The usual ones keep their usual order, typed ones follow. */
function toggled(features: readonly string[], formula: string): string[] {
  if (features.includes(formula)) return features.filter((each) => each !== formula)
  const all = [...features, formula]
  return [...USUAL.filter((each) => all.includes(each)), ...all.filter((each) => !USUAL.includes(each))]
}

function OwnInputs({ features }: { features: readonly string[] }) {
  const own = features.filter((formula) => !USUAL.includes(formula))
  if (!own.length) return null
  return (
    <div className="chips">
      {own.map((formula) => (
        <Chip
          key={formula}
          tone="accent"
          removeLabel={`Remove the input ${formula}`}
          {...(features.length > 1
            ? { onRemove: () => void changeFeatures(toggled(features, formula), `Input ${formula} removed`) }
            : {})}
        >
          {formula}
        </Chip>
      ))}
    </div>
  )
}

/** A formula is read by the server; what is wrong with it stands under the field. */
function FormulaField({ features, example }: { features: readonly string[]; example: string }) {
  const [formula, setFormula] = useState('')
  const [problem, setProblem] = useState<string>()
  const add = async () => {
    const typed = formula.trim()
    if (!typed) return
    setFormula('') // at once: Enter and then leaving the field would add it twice
    if (features.includes(typed)) return
    const answer = await changeFeatures([...features, typed], `Input ${typed}`, true)
    if (answer.ok) return
    setFormula(typed)
    setProblem(answer.refused.message)
  }
  return (
    <TextField
      label="Formula"
      help="An input of your own, made of x and y: + − * / ^, sin, cos, exp, log, sqrt, abs and more. Enter adds it."
      value={formula}
      onChange={(text) => {
        setFormula(text)
        setProblem(undefined)
      }}
      onCommit={() => void add()}
      placeholder={example}
      mono
      error={problem}
    />
  )
}

function changeFeatures(features: string[], label: string, quiet = false) {
  const { data, network } = store.getState().experiment
  const fitting = withFittingValues(network, features.length)
  const changes = { data: { ...data, features }, ...(fitting === network ? {} : { network: fitting }) }
  return actions.edit(changes, label, { quiet })
}

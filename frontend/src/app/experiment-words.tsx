import { useState } from 'react'
import { Button, Field, Section, TypedText } from '../primitives'
import { useNetloom } from '../state'
import { changeWords, type WordsName } from './change'
import { useFacts } from './use-facts'

const NAMES: readonly WordsName[] = ['name', 'summary', 'question']

/** What the present experiment is called, shows and asks; a teacher writes it anew and sends the link. */
export function ExperimentWords() {
  const [typing, setTyping] = useState(false)
  return (
    <div className="this-example">
      <Section
        title="This experiment"
        actions={
          <Button size="small" icon={typing ? 'check' : 'draw'} onClick={() => setTyping(!typing)}>
            {typing ? 'Done' : 'Edit its words'}
          </Button>
        }
      >
        {typing ? NAMES.map((name) => <Word key={name} name={name} />) : <Words />}
      </Section>
    </div>
  )
}

function Words() {
  const { name, summary, question } = useNetloom((model) => model.experiment)
  return (
    <p>
      <strong>{name}</strong>
      <span className="example-summary">{summary}</span>
      <em>{question}</em>
    </p>
  )
}

function Word({ name }: { name: WordsName }) {
  const facts = useFacts(name)
  const value = useNetloom((model) => model.experiment[name])
  return (
    <Field label={facts.title} help={facts.help}>
      {({ 'aria-invalid': _, ...ids }) => (
        <TypedText
          {...ids}
          className="input"
          value={value}
          longest={facts.longest}
          required={name === 'name'}
          tall={name === 'summary'}
          onCommit={(text) => changeWords(name, text)}
        />
      )}
    </Field>
  )
}

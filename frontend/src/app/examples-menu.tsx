import { useRef, useState } from 'react'
import { Button, Icon, Popover } from '../primitives'
import type { Example } from '../protocol'
import { useNetloom } from '../state'
import { ExperimentWords } from './experiment-words'
import { continueLast, openExperiment } from './page-life'
import { usePanels } from './panels'
import './examples-menu.css'

/**
 * Ready-made experiments: what there is to see, and a question to answer first. After a choice the focus is left to the
 * page, which is another one then.
 */
export function ExamplesMenu() {
  const examples = useNetloom((model) => model.catalogue?.examples) ?? []
  const [open, setOpen] = useState(false)
  const chosen = useRef(false)
  const last = usePanels(({ last }) => last)
  const close = () => {
    chosen.current = true
    setOpen(false)
  }
  const choose = (example: Example) => {
    close()
    void openExperiment(example.experiment, `Open “${example.name}”`)
  }
  return (
    <Popover
      label="Examples"
      align="start"
      open={open}
      onOpenChange={(on) => {
        chosen.current = false
        setOpen(on)
      }}
      givesBack={() => !chosen.current}
      trigger={
        <Button
          look="quiet"
          icon="book"
          tooltip="Ready-made experiments, each with a question"
          aria-haspopup="dialog"
        >
          Examples
        </Button>
      }
    >
      {last && (
        <LastVisit
          name={last.experiment.name}
          onClick={() => {
            close()
            continueLast(last)
          }}
        />
      )}
      <ol className="examples">
        {examples.map((example, index) => (
          <li key={example.id}>
            <button type="button" className="example" onClick={() => choose(example)}>
              <span className="example-key" aria-hidden="true">
                {index < 9 ? index + 1 : ''}
              </span>
              <span>
                <strong>{example.name}</strong>
                <span className="example-summary">{example.summary}</span>
                <em>{example.question}</em>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <ExperimentWords />
    </Popover>
  )
}

function LastVisit({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button type="button" className="example example-last" onClick={onClick}>
      <Icon name="restart" />
      <span>
        <strong>Continue your last visit</strong>
        <span className="example-summary">“{name}”, as you left it</span>
      </span>
    </button>
  )
}

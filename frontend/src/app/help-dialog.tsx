import { useEffect, useState } from 'react'
import { GLOSSARY } from '../core/glossary'
import { SHORTCUTS } from '../core/keys'
import { canvasShortcuts } from '../editor'
import { Dialog, Kbd, Tabs } from '../primitives'
import { useNetloom } from '../state'
import { fetchHealth } from './api'
import { deviceWords } from './device-words'
import './dialogs.css'

/** How to begin, the keys, and twenty words; at the foot, what it runs on. */
export function HelpDialog({ page, onClose }: { page: 'help' | 'glossary'; onClose: () => void }) {
  const [tab, setTab] = useState(page === 'glossary' ? 'words' : 'start')
  return (
    <Dialog open onOpenChange={onClose} title="Help" size="large" footer={<About />}>
      <Tabs
        label="Help"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'start', label: 'First steps', content: <FirstSteps /> },
          { value: 'keys', label: 'Keys', content: <Keys /> },
          { value: 'words', label: 'Glossary', content: <Glossary /> },
        ]}
      />
    </Dialog>
  )
}

function FirstSteps() {
  return (
    <ol className="first-steps">
      <li>
        Predict first: the line above the network asks a question. Then press <b>Play</b>.
      </li>
      <li>
        The picture on the right is what the network answers at each place. Each square in the middle is the
        same for one neuron. Lines between them are weights: <b>blue is positive</b>,{' '}
        <b>orange is negative</b>, thick is strong.
      </li>
      <li>
        Drag a layer from the bar below the network onto it, while it trains. Change anything; Undo brings it
        back.
      </li>
      <li>
        Move the pointer over the output, and every neuron shows its numbers for that place. A click keeps the
        place. Hover a line or a neuron for its weight or bias, click to type over it.
      </li>
      <li>
        <b>Restart</b> begins again with the same weights and data; <b>New weights</b> and <b>New data</b>{' '}
        change one of them.
      </li>
      <li>
        <b>All</b> shows every control. <b>Copy link</b> carries the experiment, so that the identical run
        plays elsewhere.
      </li>
    </ol>
  )
}

/** The server's version, and the device that this run trains on. */
function About() {
  const device = useNetloom((model) => model.run?.device ?? '')
  const [version, setVersion] = useState('')
  useEffect(() => {
    fetchHealth().then(
      (health) => setVersion(health.version),
      () => {}, // the line above the network says that the server is away
    )
  }, [])
  return (
    <p className="about">
      Netloom {version} · {deviceWords(device)}
    </p>
  )
}

function Keys() {
  return (
    <>
      <KeyList shortcuts={SHORTCUTS} />
      <h3 className="heading keys-heading">On the network</h3>
      <KeyList shortcuts={canvasShortcuts} />
    </>
  )
}

function KeyList({ shortcuts }: { shortcuts: readonly { keys: string; words: string }[] }) {
  return (
    <dl className="keys">
      {shortcuts.map(({ keys, words }) => (
        <div key={words}>
          <dt>
            <Kbd>{keys}</Kbd>
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  )
}

function Glossary() {
  return (
    <dl className="glossary">
      {GLOSSARY.map(({ word, meaning }) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  )
}

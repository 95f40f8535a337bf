import { useEffect, useState } from 'react'
import { Button, Dialog } from '../primitives'
import { actions, useNetloom } from '../state'
import { fetchText } from './api'
import { sentenceOf } from './page-life'
import { saveFile } from './save-file'
import './dialogs.css'

/** The experiment as a plain NumPy script, and the trained network to take home. */
export function CodeDialog({ onClose }: { onClose: () => void }) {
  const run = useNetloom((model) => model.run?.id) ?? ''
  const revision = useNetloom((model) => model.revision)
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: an edit makes another script
  useEffect(() => {
    fetchText(`/api/runs/${run}/code`).then(setCode, (error) => setProblem(sentenceOf(error)))
  }, [run, revision])
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Show code"
      description="This script needs only NumPy and trains this very network, from the same weights, to the same numbers."
      size="large"
      footer={<Downloads run={run} code={code} />}
    >
      {problem ? (
        <p role="alert">{problem}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre className="code" tabIndex={0} data-testid="code">
          {code}
        </pre>
      )}
    </Dialog>
  )
}

function Downloads({ run, code }: { run: string; code: string }) {
  const name = useNetloom((model) => model.experiment.name)
  const file = fileNameOf(name)
  return (
    <>
      <a className="download" href={`/api/runs/${run}/weights`} download={`${file}.safetensors`}>
        Trained weights
      </a>
      <a className="download" href={`/api/runs/${run}/experiment`} download={`${file}.json`}>
        Experiment
      </a>
      <a className="download" href={`/api/runs/${run}/history.csv`} download={`${file}.csv`}>
        History
      </a>
      <span className="grow" />
      <Button icon="download" disabled={!code} onClick={() => saveFile(`${file}.py`, code)}>
        Download script
      </Button>
      <Button look="accent" icon="copy" disabled={!code} onClick={() => void copy(code)}>
        Copy
      </Button>
    </>
  )
}

async function copy(code: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(code)
    actions.notify('Script copied.', 'good')
  } catch {
    actions.notify('The browser did not allow copying; download the script instead.', 'warn')
  }
}

/** "XOR with two layers" → "xor-with-two-layers". */
function fileNameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'experiment'
  )
}

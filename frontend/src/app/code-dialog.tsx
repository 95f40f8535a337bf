import { useEffect, useState } from 'react'
import { Button, Dialog, Segmented } from '../primitives'
import { actions, useNetloom } from '../state'
import { fetchText } from './api'
import { sentenceOf } from './page-life'
import { saveFile } from './save-file'
import './dialogs.css'

type Kind = 'numpy' | 'predict'

const KINDS = [
  { value: 'numpy', label: 'Train it', tooltip: 'The script trains this network from epoch 0' },
  { value: 'predict', label: 'Use the trained one', tooltip: 'The script predicts with the trained weights' },
] as const

/** The experiment as a plain NumPy script, and the trained network to take home with a script that uses it. */
export function CodeDialog({ onClose }: { onClose: () => void }) {
  const run = useNetloom((model) => model.run?.id) ?? ''
  const revision = useNetloom((model) => model.revision)
  const name = useNetloom((model) => model.experiment.name)
  const [kind, setKind] = useState<Kind>('numpy')
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: an edit makes another script
  useEffect(() => {
    let left = false
    fetchText(`/api/runs/${run}/code?format=${kind}`).then(
      (text) => !left && setCode(text),
      (error) => setProblem(sentenceOf(error)),
    )
    return () => {
      left = true
    }
  }, [run, revision, kind])
  const file = fileNameOf(name)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Show code"
      description={descriptionOf(kind)}
      size="large"
      footer={<Downloads run={run} code={code} file={file} script={scriptOf(kind, file)} />}
    >
      <div className="code-kind">
        <Segmented label="Script" value={kind} segments={KINDS} onChange={setKind} />
        {kind === 'predict' && (
          <span>
            Download script and trained weights, then <code>{`python ${scriptOf(kind, file)}`}</code>
          </span>
        )}
      </div>
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

function descriptionOf(kind: Kind): string {
  return kind === 'numpy'
    ? 'This script needs only NumPy and trains this very network, from the same weights, to the same numbers.'
    : 'This script reads the trained weights and prints the output for every point; it needs NumPy and safetensors.'
}

const scriptOf = (kind: Kind, file: string): string =>
  kind === 'numpy' ? `${file}.py` : `${file}.predict.py`

type DownloadsProps = { run: string; code: string; file: string; script: string }

function Downloads({ run, code, file, script }: DownloadsProps) {
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
      <Button icon="download" disabled={!code} onClick={() => saveFile(script, code)}>
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

/** "XOR with two layers" → "xor-with-two-layers", as the server names what it sends. */
function fileNameOf(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return plain.toLowerCase() || 'netloom'
}

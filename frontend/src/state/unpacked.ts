import type { OlderRows, Row } from '../protocol'

const FLOATS = [
  'train_loss',
  'validation_loss',
  'train_metric',
  'validation_metric',
  'learning_rate',
] as const

/** The rows that a server has packed into columns (EV8). */
export function unpacked(packed: OlderRows): Row[] {
  const epochs = new Uint32Array(bytesOf(packed.epoch))
  const steps = new Float64Array(bytesOf(packed.step))
  const values = new Float32Array(bytesOf(packed.values))
  const trained = new Float32Array(bytesOf(packed.parameters))
  const width = trained.length / (packed.count || 1)
  return Array.from({ length: packed.count }, (_, row) => ({
    epoch: epochs[row] as number,
    step: steps[row] as number,
    ...(Object.fromEntries(FLOATS.map((name, i) => [name, known(values[row * 5 + i])])) as Floats),
    parameters: numbersIn(trained.subarray(row * width, (row + 1) * width)),
  }))
}

type Floats = Pick<Row, (typeof FLOATS)[number]>

/** How many there are, then these. */
function numbersIn(line: Float32Array): (number | null)[] | null {
  return line[0] ? Array.from(line.subarray(1, 1 + line[0]), known) : null
}

function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

/** Little-endian numbers are what every browser's typed arrays hold. */
function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer
}

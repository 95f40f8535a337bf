import type { Experiment } from '../protocol'

/** A link carries the whole document after `#x=`: deflated JSON in base64url. Nothing of it reaches a server's log. */
export const LINK_KEY = 'x'
export const CLASS_KEY = 'key'
const MOST_BYTES = 2_000_000

/** What a link held: a document that is still to be checked, or a sentence that says why there is none. */
export type Opened = { document: Record<string, unknown> } | { problem: string }

const INCOMPLETE =
  'This link is incomplete: part of it got lost on the way. Ask for it again, or copy it anew.'
const FOREIGN = 'This link does not hold an experiment.'
const TOO_LARGE = 'This link holds more than 2 MB, which is more than an experiment can be.'

/** The fragment, without `#`, from which `decodeLink` makes the same document again. */
export async function encodeLink(experiment: Experiment): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(experiment))
  const packed = await collect(through(text, new CompressionStream('deflate-raw')), MOST_BYTES)
  return `${LINK_KEY}=${toBase64Url(packed as Uint8Array)}`
}

/** Reads the value of `x` in a fragment. Never throws: a broken link is a sentence. */
export async function decodeLink(value: string): Promise<Opened> {
  const packed = fromBase64Url(value)
  if (!packed?.length) return { problem: INCOMPLETE }
  try {
    const text = await collect(through(packed, new DecompressionStream('deflate-raw')), MOST_BYTES)
    return text
      ? asDocument(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)))
      : { problem: TOO_LARGE }
  } catch {
    return { problem: INCOMPLETE }
  }
}

/** The parts of a location's fragment: `#x=…&key=…`. */
export function fragmentParts(hash: string): Map<string, string> {
  const pairs = hash.replace(/^#/, '').split('&')
  return new Map(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
  )
}

function asDocument(value: unknown): Opened {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !('network' in value) || !('data' in value)) return { problem: FOREIGN }
  return { document: value as Record<string, unknown> }
}

function through(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  const source = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(bytes as Uint8Array<ArrayBuffer>)
      controller.close()
    },
  })
  return source.pipeThrough(transform)
}

/** All bytes of a stream; null as soon as there are more than `most`, so that a bomb never unfolds. */
async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value)
    length += part.value.length
    if (length <= most) continue
    reader.cancel().catch(() => {})
    return null
  }
  return joined(parts, length)
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array | null {
  if (!/^[\w-]*$/.test(text)) return null
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
      letter.charCodeAt(0),
    )
  } catch {
    return null
  }
}

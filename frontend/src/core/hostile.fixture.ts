/** Names and documents that someone wrote to do harm. */
import fc from 'fast-check'

/** What a layer may be called, as far as the server's pattern lets it, and what JavaScript knows under that name. */
export const STRANGE_IDS = ['constructor', 'prototype', 'tostring', 'valueof', '__proto__'] as const

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'polluted',
  ...[
    'network',
    'data',
    'layers',
    'edges',
    'type',
    'id',
    'units',
    'source',
    'target',
    'activation',
    'features',
  ],
]
const WORDS = ['__proto__', 'constructor', 'dense', 'input', 'output', 'hidden1', '', '💥', '</script>']

/** JSON text, as only text can hold a key `__proto__` that is a key like any other. */
export const hostileJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('null', 'true', '0', '-1', '1e308', '12345678901234567890'),
    fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 8 })).map((word) => JSON.stringify(word)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fields(tie('value')),
    fields(tie('value')),
  ),
})).value

function fields(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pairs = fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 5 })
  return pairs.map((each) => `{${each.map(([key, held]) => `${JSON.stringify(key)}:${held}`).join(',')}}`)
}

/** What every object would have if the prototype of all of them could be reached. */
export const polluted = (): unknown => (({}) as Record<string, unknown>).polluted

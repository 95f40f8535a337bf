/** Reads what a control needs from the catalogue's JSON schemas: one fact, one home, and that is the server's model. */

export type Schema = { readonly [key: string]: unknown }

/** A control's facts, as the field was declared. */
export type FieldFacts = {
  name: string
  title: string
  help: string
  type: 'number' | 'integer' | 'boolean' | 'choice' | 'other'
  min: number
  max: number
  fallback: unknown
  /** How many letters a text may have. */
  longest: number
  /** Values to choose from, for a choice. */
  choices: readonly string[]
  /** How the number is shown: times `factor`, followed by `unit`. */
  unit: string
  factor: number
  logarithmic: boolean
  /** The part of a wide range that a slider offers. */
  low: number
  high: number
}

/** The schema at a path of an experiment: `training.learning_rate`. Throws where there is none: a bug of ours. */
export function schemaAt(root: Schema, path: string): Schema {
  const found = path.split('.').reduce<Schema>((schema, name) => {
    const properties = resolve(root, schema).properties as Record<string, Schema> | undefined
    const next = properties?.[name]
    if (!next) throw new Error(`The schema has no ${path}`)
    return next
  }, root)
  return { ...resolve(root, found), ...found }
}

/** The facts of every field of a record but its `type`, in the order of the declaration. */
export function fieldsOf(record: Schema): FieldFacts[] {
  const properties = (record.properties ?? {}) as Record<string, Schema>
  return Object.entries(properties)
    .filter(([name]) => name !== 'type')
    .map(([name, schema]) => factsOf(name, schema))
}

export function factsOf(name: string, schema: Schema): FieldFacts {
  const bounds = { ...schema, ...optional(schema) }
  const [min, max] = boundsOf(bounds)
  return {
    name,
    title: text(schema.title) || name,
    help: text(schema.description),
    type: typeOf(bounds),
    min,
    max,
    fallback: schema.default,
    longest: number(bounds.maxLength, Number.POSITIVE_INFINITY),
    choices: Array.isArray(bounds.enum) ? bounds.enum.map(String) : [],
    unit: text(schema.unit),
    factor: typeof schema.factor === 'number' ? schema.factor : 1,
    logarithmic: schema.scale === 'log',
    low: number(schema.low, min),
    high: number(schema.high, max),
  }
}

/** The first number or record among alternatives: `clip_norm` is a number or nothing. */
function optional(schema: Schema): Schema {
  const alternatives = (schema.anyOf ?? []) as Schema[]
  return alternatives.find((alternative) => alternative.type !== 'null') ?? {}
}

function resolve(root: Schema, schema: Schema): Schema {
  const reference =
    schema.$ref ?? (schema.anyOf as Schema[] | undefined)?.find((each) => '$ref' in each)?.$ref
  if (typeof reference !== 'string') return schema
  return (root.$defs as Record<string, Schema>)[reference.replace('#/$defs/', '')] ?? schema
}

function boundsOf(schema: Schema): [number, number] {
  const min = number(schema.minimum, number(schema.exclusiveMinimum, Number.NEGATIVE_INFINITY))
  const max = number(schema.maximum, number(schema.exclusiveMaximum, Number.POSITIVE_INFINITY))
  return [min, max]
}

function typeOf(schema: Schema): FieldFacts['type'] {
  if (Array.isArray(schema.enum)) return 'choice'
  if (schema.type === 'integer' || schema.type === 'number' || schema.type === 'boolean') return schema.type
  return 'other'
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

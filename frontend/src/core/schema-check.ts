/** Whether a value is what a JSON schema of the server's models says. Numbers as text pass: the server reads them too. */
import type { Schema } from './schema'

/** The path to the first field that cannot be, and what is wrong with it. */
export type Misfit = { path: readonly (string | number)[]; problem: string }

type Path = Misfit['path']
type Fields = Record<string, unknown>

/** null when the value fits. `root` holds the definitions to which `schema` refers. */
export function misfitOf(root: Schema, schema: Schema, value: unknown, path: Path = []): Misfit | null {
  if (typeof schema.$ref === 'string') return misfitOf(root, definition(root, schema.$ref), value, path)
  const alternatives = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined
  if (alternatives) return amongMisfit(root, schema, alternatives, value, path)
  if ('const' in schema || 'enum' in schema) return choiceMisfit(schema, value, path)
  if (schema.type === 'object') return objectMisfit(root, schema, value, path)
  if (schema.type === 'array') return listMisfit(root, schema, value, path)
  return plainMisfit(schema, value, path)
}

function definition(root: Schema, reference: string): Schema {
  return (root.$defs as Record<string, Schema>)[reference.replace('#/$defs/', '')] ?? {}
}

function amongMisfit(
  root: Schema,
  schema: Schema,
  alternatives: Schema[],
  value: unknown,
  path: Path,
): Misfit | null {
  const { mapping, propertyName } = (schema.discriminator ?? {}) as {
    mapping?: Record<string, string>
    propertyName?: string
  }
  if (mapping && propertyName) {
    const name = isFields(value) ? value[propertyName] : undefined
    const reference = typeof name === 'string' && Object.hasOwn(mapping, name) ? mapping[name] : undefined
    return reference
      ? misfitOf(root, definition(root, reference), value, path)
      : { path, problem: 'is of no known type' }
  }
  const misfits = alternatives.map((each) => misfitOf(root, each, value, path))
  return misfits.includes(null) ? null : (misfits[0] ?? null)
}

function choiceMisfit(schema: Schema, value: unknown, path: Path): Misfit | null {
  const choices = 'const' in schema ? [schema.const] : (schema.enum as unknown[])
  return choices.includes(value) ? null : { path, problem: 'is none of what there is to choose from' }
}

function objectMisfit(root: Schema, schema: Schema, value: unknown, path: Path): Misfit | null {
  if (!isFields(value)) return { path, problem: 'must be an object' }
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  for (const [name, field] of Object.entries(properties)) {
    const misfit = Object.hasOwn(value, name) && misfitOf(root, field, value[name], [...path, name])
    if (misfit) return misfit
  }
  const missing = ((schema.required ?? []) as string[]).find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return { path: [...path, missing], problem: 'is missing' }
  const closed = schema.additionalProperties === false
  const strange = Object.keys(value).find((name) => closed && !Object.hasOwn(properties, name))
  return strange === undefined ? null : { path: [...path, strange], problem: 'there is no such field' }
}

function listMisfit(root: Schema, schema: Schema, value: unknown, path: Path): Misfit | null {
  if (!Array.isArray(value)) return { path, problem: 'must be a list' }
  const most = Number(schema.maxItems ?? Number.POSITIVE_INFINITY)
  const first = (schema.prefixItems ?? []) as Schema[]
  const misfits = value.map((item, place) => {
    const form = first[place] ?? (schema.items as Schema | undefined) ?? {}
    return misfitOf(root, form, item, [...path, place])
  })
  // The server counts those that fit, and looks no further when they are too many.
  if (misfits.filter((misfit) => misfit === null).length > most)
    return { path, problem: `has ${value.length} entries and may have ${most}` }
  const least = Number(schema.minItems ?? 0)
  const few = { path, problem: `has ${value.length} entries and needs at least ${least}` }
  return misfits.find((misfit) => misfit !== null) ?? (value.length < least ? few : null)
}

function plainMisfit(schema: Schema, value: unknown, path: Path): Misfit | null {
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? textMisfit(schema, value, path) : { path, problem: 'must be text' }
    case 'boolean':
      return value === null || typeof value === 'object' ? { path, problem: 'must be true or false' } : null
    case 'null':
      return value === null ? null : { path, problem: 'must be nothing' }
    case 'integer':
    case 'number':
      return numberMisfit(schema, value, path)
    default:
      return null
  }
}

function textMisfit(schema: Schema, value: string, path: Path): Misfit | null {
  if (typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(value))
    return { path, problem: 'has letters that may not be there' }
  const most = Number(schema.maxLength ?? Number.POSITIVE_INFINITY)
  return [...value].length > most ? { path, problem: `must be at most ${most} characters long` } : null
}

function numberMisfit(schema: Schema, value: unknown, path: Path): Misfit | null {
  const number = value === null || typeof value === 'object' || value === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) return { path, problem: 'must be a number' }
  if (schema.type === 'integer' && !Number.isInteger(number))
    return { path, problem: 'must be a whole number' }
  const bounds: [key: string, fits: (bound: number) => boolean, words: string][] = [
    ['minimum', (bound) => number >= bound, 'at least'],
    ['exclusiveMinimum', (bound) => number > bound, 'more than'],
    ['maximum', (bound) => number <= bound, 'at most'],
    ['exclusiveMaximum', (bound) => number < bound, 'less than'],
  ]
  const broken = bounds.find(([key, fits]) => typeof schema[key] === 'number' && !fits(schema[key]))
  return broken ? { path, problem: `must be ${broken[2]} ${schema[broken[0]]}` } : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

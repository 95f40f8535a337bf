import { useMemo } from 'react'
import { type FieldFacts, factsOf, fieldsOf, type Schema, schemaAt } from '../core/schema'
import type { CatalogueItem } from '../protocol'
import { useNetloom } from '../state'

/** What the server's model declares of a field of the experiment: `training.learning_rate`. */
export function useFacts(path: string): FieldFacts {
  const schema = useNetloom((model) => model.catalogue?.schema) as Schema
  return useMemo(() => factsOf(path.split('.').at(-1) ?? path, schemaAt(schema, path)), [schema, path])
}

/** The settings of a catalogue item of its own: Adam's β₁, β₂, ε. */
export function useItemFields(items: readonly CatalogueItem[], type: string): FieldFacts[] {
  return useMemo(() => fieldsOf(items.find((item) => item.type === type)?.schema ?? {}), [items, type])
}

import { expect, test } from 'vitest'
import { GLOSSARY } from './glossary'

test('the glossary has twenty words, each once, each with a sentence', () => {
  expect(GLOSSARY).toHaveLength(20)
  expect(new Set(GLOSSARY.map(({ word }) => word)).size).toBe(20)
  for (const { meaning } of GLOSSARY) expect(meaning).toMatch(/^[A-Z].*\.$/)
})

/** What the classes are called: two by their colors, more by their numbers. */
export function classNamesOf(classes: number): string[] {
  if (classes <= 2) return ['Orange', 'Blue']
  return Array.from({ length: classes }, (_, i) => `Class ${i}`)
}

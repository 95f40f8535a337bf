/** The tokens' colors as a painter's canvas understands them: `rgb(…)`, resolved at `element` for its present theme. */
export function tones<Name extends string>(element: HTMLElement, ...names: Name[]): Record<Name, string> {
  const probe = element.ownerDocument.createElement('i')
  element.append(probe)
  const resolve = (name: Name) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const found = Object.fromEntries(names.map((name) => [name, resolve(name)]))
  probe.remove()
  return found as Record<Name, string>
}

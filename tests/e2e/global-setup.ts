import type { FullConfig } from '@playwright/test'

const PATIENCE_MS = 8 * 60_000

/** Waits until the likely networks are compiled: on a fresh machine the stories would measure the compiler. */
export default async function compiledAhead(config: FullConfig): Promise<void> {
  const health = `${config.projects[0]?.use.baseURL}/api/health`
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const { warmed, to_warm } = await (await fetch(health)).json()
    if (to_warm > 0 && warmed >= to_warm) return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  process.stdout.write(
    `Not everything was compiled ahead within ${PATIENCE_MS / 60_000} minutes; the stories wait themselves.\n`,
  )
}

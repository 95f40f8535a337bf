import { execFileSync } from 'node:child_process'
import { test as base, expect, type Page } from '@playwright/test'

/** The page in a learner's words. */
export class Netloom {
  constructor(readonly page: Page) {}

  async open(address = '/'): Promise<void> {
    await this.page.goto(address)
    await expect(this.button(/^(Play|Pause|Continue)/)).toBeVisible({ timeout: 45_000 })
    await expect(this.page.locator('.boundary-heat, .curve-canvas').first()).toBeVisible()
  }

  async openExample(name: string): Promise<void> {
    await this.button('Examples').click()
    await this.page
      .locator('.example')
      .filter({ has: this.page.locator('strong', { hasText: name }) })
      .click()
    await expect(this.page.getByLabel('Name of this experiment')).toHaveValue(name, { timeout: 45_000 })
    await expect.poll(() => this.epoch(), { timeout: 20_000 }).toBe(0)
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' }).first()
  }

  async play(): Promise<void> {
    await this.button(/^(Play|Continue)/).click()
    await expect(this.button('Pause')).toBeVisible()
  }

  async pause(): Promise<void> {
    await this.button('Pause').click()
    await expect(this.button(/^Play/)).toBeVisible()
  }

  /** Trains at least so far, then pauses. */
  async trainTo(epoch: number): Promise<void> {
    await this.play()
    await expect.poll(() => this.epoch(), { timeout: 30_000 }).toBeGreaterThanOrEqual(epoch)
    await this.pause()
  }

  async epoch(): Promise<number> {
    return this.numberOf('epoch')
  }

  async update(): Promise<number> {
    return this.numberOf('update')
  }

  loss(): Promise<string> {
    return this.page.getByTestId('Training loss').innerText()
  }

  /** The loss once no more rows are on their way: two readings a third of a second apart agree. */
  async settledLoss(): Promise<string> {
    let last = ''
    const unchanged = async () => {
      const before = last
      last = await this.loss()
      return last === before
    }
    await expect.poll(unchanged, { intervals: [350] }).toBe(true)
    return last
  }

  /** What the output picture shows now, as a short text that changes when a pixel does. */
  picture(): Promise<string> {
    return this.page
      .locator('.boundary-heat')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        // A copy is read: reading the page's own canvas often would make the browser warn, and slow it down.
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
          willReadFrequently: true,
        })
        copy?.drawImage(canvas, 0, 0)
        const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        let hash = 0
        for (const value of pixels) hash = (hash * 31 + value) | 0
        return String(hash)
      })
  }

  plot() {
    return this.page.locator('.output-picture .plot-area')
  }

  /** A place on the output picture, in shares of its size from the upper left. */
  async pointAt(left: number, top: number): Promise<{ x: number; y: number }> {
    const box = await this.plot().boundingBox()
    if (!box) throw new Error('The output picture has no place on the page.')
    return { x: box.x + left * box.width, y: box.y + top * box.height }
  }

  async chooseData(name: string): Promise<void> {
    await this.page.getByRole('radio', { name, exact: true }).click()
  }

  points(split: 'training' | 'validation' | 'test'): Promise<number> {
    return this.page
      .locator('.legends .key-legend li', { hasText: split })
      .locator('b')
      .innerText()
      .then(Number)
  }

  private async numberOf(id: string): Promise<number> {
    const text = await this.page.getByTestId(id).last().textContent()
    return Number((text ?? '').replace(/\D/g, '') || Number.NaN)
  }
}

/** Every test fails on a console message of any kind, as nobody should meet one. */
export const test = base.extend<{ netloom: Netloom; quiet: undefined }>({
  netloom: async ({ page }, use) => use(new Netloom(page)),
  quiet: [
    async ({ page }, use) => {
      const messages: string[] = []
      page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`))
      page.on('pageerror', (error) => messages.push(`error: ${error.stack}`))
      await use(undefined)
      expect(messages).toEqual([])
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'

/** Kills the oldest engine process of this suite's server: the one that trains, as spare ones are started after it. */
export function killEngine(): void {
  const lines = execFileSync('ps', ['-ax', '-o', 'pid=,etimes=,args='], { encoding: 'utf8' }).split('\n')
  const engines = lines
    .filter(
      (line) => line.includes('netloom.hosts.worker') && line.includes(process.env.NETLOOM_E2E_DATA ?? '?'),
    )
    .map((line) => line.trim().split(/\s+/, 2).map(Number) as [number, number])
    .sort(([, one], [, other]) => other - one)
  const [oldest] = engines
  if (!oldest) throw new Error('There is no engine to kill.')
  process.kill(oldest[0], 'SIGKILL')
}

import type { Page } from '@playwright/test'
import { expect, test as story } from './netloom'

/** The reference has no icon, which a browser looks for and tells its console of. */
const test = story.extend<{ quiet: undefined }>({ quiet: async ({ page: _ }, use) => use(undefined) })

type Told = { violations: string[]; foreign: string[] }

/** Everything that the page's policy had to stop, and every request to another host. */
async function watched(page: Page, baseURL: string): Promise<Told> {
  const told: Told = { violations: [], foreign: [] }
  await page.exposeFunction('tellViolation', (words: string) => told.violations.push(words))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      (window as unknown as { tellViolation: (words: string) => void }).tellViolation(
        `${violatedDirective} ${blockedURI} ${sourceFile}`,
      ),
    )
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (/^(https?|wss?):/.test(protocol) && host !== new URL(baseURL).host) told.foreign.push(request.url())
  })
  return told
}

const leave = (page: Page) => page.keyboard.press('Escape')

test('no state of the page asks for what its policy forbids', async ({ netloom, page, baseURL }) => {
  test.slow()
  const told = await watched(page, baseURL ?? '')
  await netloom.open()
  await netloom.trainTo(2)
  await netloom.button('Numbers').click()
  for (const tab of await page.getByRole('tab').all()) await tab.click()
  for (const theme of ['Dark theme', 'Light theme', 'Dark theme']) {
    const button = page.getByRole('button', { name: theme, exact: true })
    if (await button.isVisible()) await button.click()
  }
  for (const name of ['Examples', 'Help', 'Show code', 'More ways to restart', 'Run to an epoch']) {
    await netloom.button(name).click()
    await page.waitForTimeout(300)
    await leave(page)
  }
  await page.locator('.layer').nth(1).click()
  await page.locator('.neuron').first().hover()
  await netloom.openExample('Three classes')
  await netloom.trainTo(2)
  await page.setViewportSize({ width: 390, height: 800 })
  await page.reload()
  await expect(page.locator('.layer').first()).toBeVisible()
  await page.goto(`${baseURL}/docs`)
  await expect(page.getByRole('heading').first()).toBeVisible()

  expect(told).toEqual({ violations: [], foreign: [] })
})

test('what the policy forbids is stopped, and the watch of the other test would see it', async ({
  browser,
  baseURL,
}) => {
  const page = await (await browser.newContext()).newPage()
  const told = await watched(page, baseURL ?? '')
  await page.goto(`${baseURL}/`)
  await page.evaluate(() => {
    document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }),
      Object.assign(document.createElement('img'), { src: 'http://elsewhere.example/a.png' }),
    )
  })

  await expect.poll(() => told.violations.length).toBeGreaterThanOrEqual(2)
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  await page.context().close()
})

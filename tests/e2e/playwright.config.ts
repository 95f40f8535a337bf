import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

const port = Number(process.env.E2E_PORT ?? 8190)
const chromium = process.env.CHROMIUM // empty: Playwright's own
const root = join(__dirname, '..', '..')

// This file is loaded once per process; the first one names the folder for the others.
process.env.NETLOOM_E2E_DATA ??= mkdtempSync(join(tmpdir(), 'netloom-e2e-'))

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './global-setup.ts',
  outputDir: join(root, 'test-results'),
  timeout: 120_000,
  expect: { timeout: 20_000 }, // on a machine that compiles for others meanwhile
  workers: 1, // one server for all: some tests kill its engine, others measure time
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 2 : 0, // a test that passes only then is reported as flaky
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: chromium ? { executablePath: chromium } : {},
  },
  webServer: {
    command: `.venv/bin/netloom serve --host 127.0.0.1 --port ${port}`,
    cwd: root,
    url: `http://127.0.0.1:${port}/api/health`,
    env: { NETLOOM_DATA: process.env.NETLOOM_E2E_DATA },
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
})

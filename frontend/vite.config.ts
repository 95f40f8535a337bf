import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const SERVER = '127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../backend/netloom/static',
    emptyOutDir: true, // the folder lies outside frontend/, where Vite keeps old files by default
    assetsInlineLimit: 0, // the content security policy allows no data: fonts or scripts
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': { target: `http://${SERVER}` },
      '/ws': { target: `ws://${SERVER}`, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    sequence: { shuffle: true },
  },
})

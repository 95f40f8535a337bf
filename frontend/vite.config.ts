import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const SERVER = process.env.NETLOOM_SERVER ?? 'http://127.0.0.1:8000'

// The server answers its own origin alone, so `npm run dev` asks in its name.
const asServer = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } }

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../backend/netloom/static',
    emptyOutDir: true, // the folder lies outside frontend/, where Vite keeps old files by default
    assetsInlineLimit: 0, // the content security policy allows no data: fonts or scripts
    rolldownOptions: {
      output: {
        // Libraries change less often than the page, and several files arrive side by side.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|zustand)\// },
            { name: 'canvas', test: /node_modules\/(@xyflow|@atlaskit|d3-)/ },
            {
              name: 'controls',
              test: /node_modules\/(radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll)/,
            },
            { name: 'chart', test: /node_modules\/uplot/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': asServer,
      '/ws': { ...asServer, ws: true, rewriteWsOrigin: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    sequence: { shuffle: true },
  },
})

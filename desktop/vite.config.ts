// Builds the renderer: the same files run in Electron (app://) and in a plain browser (served by sync-server).
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { offlineShell } from './offlineShellPlugin.ts';

export default defineConfig({
  root: fileURLToPath(new URL('./renderer', import.meta.url)),
  base: './',
  plugins: [react(), offlineShell()],
  // The root may hold another React for a tool of its own; two copies break every hook.
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    outDir: fileURLToPath(new URL('./out/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome140',
    // The grid and its theme are one large chunk on purpose: it is loaded from disk or loopback and cached.
    chunkSizeWarningLimit: 2500,
    // The CSP allows no data: fonts or scripts; small assets stay files.
    assetsInlineLimit: 0,
    // One sheet of styles for all screens: a screen that is loaded late is never drawn without its own.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        index: fileURLToPath(new URL('./renderer/index.html', import.meta.url)),
        offlineShell: fileURLToPath(new URL('./renderer/offline/offlineShell.ts', import.meta.url)),
      },
      // The worker's name carries no hash: the browser compares its bytes to find a new build.
      output: { entryFileNames: (chunk) => (chunk.name === 'offlineShell' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { port: 5199, strictPort: true },
  preview: { port: 5198, strictPort: true },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Main as ESM, the sandboxed preload as one CommonJS file, the renderer the same as in the browser build. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // Our own workspaces are TypeScript sources: bundle them; only Electron itself stays outside.
      externalizeDeps: { exclude: ['@countersign/shared', 'zod'] },
      rollupOptions: { input: 'main/index.ts' },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: { input: 'preload/index.ts', output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'renderer',
    base: './',
    plugins: [react()],
    build: { outDir: 'out/renderer', rollupOptions: { input: 'renderer/index.html' } },
  },
});

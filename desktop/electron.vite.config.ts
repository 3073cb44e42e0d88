import { defineConfig } from 'electron-vite';
import renderer from './vite.config.ts';

/** Main as ESM, the sandboxed preload as one CommonJS file, the renderer by the browser's own configuration: the same files run in both. */
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
  renderer,
});

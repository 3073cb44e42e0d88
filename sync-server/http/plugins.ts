// Routes that other parts of the server bring. Owns the list only: append yours.
import type { RoutePlugin } from './app.ts';

export const PLUGINS: readonly RoutePlugin[] = [];

// Routes that other parts of the server bring. Owns the list only: append yours.

import { registerParkedRoutes } from '../admission/parkedRoutes.ts';
import { registerBackupRoutes } from '../backup/routes.ts';
import { registerBreakGlassRoutes } from '../breakGlass/routes.ts';
import { registerExportRoutes } from '../export/routes.ts';
import { registerFactRoutes } from '../facts/routes.ts';
import { registerAuditRoutes } from '../history/auditRoutes.ts';
import { registerImportRoutes } from '../imports/routes.ts';
import type { RoutePlugin } from './app.ts';

export const PLUGINS: readonly RoutePlugin[] = [
  registerFactRoutes,
  registerImportRoutes,
  registerExportRoutes,
  registerAuditRoutes,
  registerParkedRoutes,
  registerBackupRoutes,
  registerBreakGlassRoutes,
];

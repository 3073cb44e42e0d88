/** Audit files: making one, reading one, the verdict on one. */
export { type AuditParts, buildAuditFile } from './build.ts';
export {
  AUDIT_FORMAT,
  type AuditFile,
  type AuditQuery,
  auditQuerySchema,
  isAuditFile,
  readAuditFile,
} from './format.ts';
export * from './verify.ts';

/** Sheets to the kernel's contract version and back. */
export { type CompiledVersion, compileVersion } from './compileVersion.ts';
export * from './memberJson.ts';
export { type VersionFacts, type VersionMeta, versionMeta } from './meta.ts';
export { metaOfVersion, sheetsFromVersion } from './sheetsFromVersion.ts';

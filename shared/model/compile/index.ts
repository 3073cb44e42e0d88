/** Sheets to the kernel's contract version and back. */
export {
  type CompiledVersion,
  compileVersion,
  type VersionFacts,
  type VersionMeta,
  versionMeta,
} from './compileVersion.ts';
export { metaOfVersion, sheetsFromVersion } from './sheetsFromVersion.ts';

/** States, transitions, approval policy and segregation of duties: pure functions over what the log says. */
export * from './decide.ts';
export * from './entryKinds.ts';
export * from './policy.ts';
export { standingVersion } from './standing.ts';
export {
  LIFECYCLE_COMMANDS,
  type LifecycleCommand,
  transition,
  voidsApprovals,
} from './transition.ts';
export * from './versionName.ts';

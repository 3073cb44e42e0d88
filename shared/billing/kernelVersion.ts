/**
 * Which arithmetic, and which words, gave a result. Owns: the version of the kernel.
 * Must not: stay when a result for equal inputs changes (KERN-2); `shared/golden` says whether it does.
 */

export const KERNEL_VERSION = '1.3.2';

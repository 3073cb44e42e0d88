// How many files and sockets the process has open, and may have. Owns reading what Linux says of it; elsewhere both are 0.
import { readdir, readFile } from 'node:fs/promises';

/** Open files and sockets; 0 where the system does not say. */
export const openFiles = async (): Promise<number> => (await told(readdir('/proc/self/fd')))?.length ?? 0;

/** [OPS-36] As many may be open at once: the soft limit, which a container's engine may have lowered. 0 where there is none or nobody says. */
export async function openFilesLimit(): Promise<number> {
  const limits = await told(readFile('/proc/self/limits', 'utf8'));
  return Number(/^Max open files +(\d+)/m.exec(limits ?? '')?.[1] ?? 0);
}

async function told<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    // Not Linux, or none is left to look with.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

// What a page needs of the kernel, for kernel.spec.ts: bundled into one script, so that the browser's own engine runs it.
import { preview, previewJson } from '@countersign/shared/billing';
import { parseVectorFile, runVectors } from '@countersign/shared/conformance';
import { canonicalJson } from '@countersign/shared/model';

/** Each function takes and gives text, as it crosses into the page and back. */
export const kernel = {
  vectors: async (file: string): Promise<string> => canonicalJson(await runVectors(parseVectorFile(file))),
  preview: (input: string): string => previewJson(preview(JSON.parse(input))),
};

export type KernelInPage = typeof kernel;

Object.assign(globalThis, { countersignKernel: kernel });

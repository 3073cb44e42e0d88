/** The billing kernel: preview, its canonical bytes and the impact of an amendment. Pure and alike on every platform. */
export * from './input.ts';
export { preview, previewJson } from './preview.ts';
export * from './result.ts';
export { checkedVersion, contractProblems } from './validate.ts';

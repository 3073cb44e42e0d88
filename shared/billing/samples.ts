/** The few ids that stand for many rows. Owns: how many, and that they are the same in any order of rows. */

const SAMPLES = 3;

/** Keeps the smallest few texts of all that are given one by one. */
export function keepSmallest(sample: string[], text: string): void {
  const largest = sample[SAMPLES - 1];
  if (largest !== undefined && text >= largest) return;
  sample.push(text);
  sample.sort();
  sample.splice(SAMPLES);
}

// Planting a bug: one method of a class behaves otherwise until it is taken out again. Owns the patching; the bugs are beside it.

/** A bug that the simulator has to find. */
export interface Mutant {
  readonly name: string;
  /** The mistake, as somebody could make it. */
  readonly what: string;
  /** Plants it; call what it returns to take it out. */
  plant(): () => void;
}

// biome-ignore lint/suspicious/noExplicitAny: a planted method may have any arguments
type Method = (this: any, ...args: any[]) => any;

/** Replaces a method or getter of a class; `make` gets the true one. */
export function patch(
  type: { readonly prototype: object },
  name: string,
  make: (original: Method) => Method,
): () => void {
  const { prototype } = type;
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  let before = own;
  // A method may stand in a class above; the bug is planted in this one only.
  for (let above: unknown = prototype; before === undefined && typeof above === 'object' && above !== null; ) {
    above = Object.getPrototypeOf(above);
    before = above === null ? undefined : Object.getOwnPropertyDescriptor(above, name);
  }
  if (before === undefined) throw new Error(`there is no ${name} to plant a bug in`);
  const { get, value } = before;
  if (get !== undefined) Object.defineProperty(prototype, name, { ...before, get: make(get) });
  else Object.defineProperty(prototype, name, { ...before, value: make(value as Method) });
  return () => {
    if (own === undefined) Reflect.deleteProperty(prototype, name);
    else Object.defineProperty(prototype, name, own);
  };
}

/** Several patches as one. */
export function together(...plants: (() => void)[]): () => void {
  return () => {
    for (const takeOut of plants) takeOut();
  };
}

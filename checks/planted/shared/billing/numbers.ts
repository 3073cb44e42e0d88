// Planted: each line puts a JavaScript number where money is, and checks/exactMoney.ts must see it.
interface Row {
  readonly price: number;
}
export const row: Row = { price: Number('12.50') };
export const tenth = 0.1;
export const share = (text: string): number => Number.parseFloat(text) + parseFloat(text) + +text;
export const asFloat = (value: { toNumber(): number }): number => value.toNumber();

// Events of simulated requests, transactions and connections. Owns telling listeners; must not know what happened.

type Listener = (event: SimEvent) => void;

/** The part of Event, and of IDBVersionChangeEvent, that is used. */
export class SimEvent {
  readonly type: string;
  readonly target: Target;
  readonly oldVersion: number;
  readonly newVersion: number | null;
  defaultPrevented = false;
  stopped = false;

  constructor(type: string, target: Target, oldVersion = 0, newVersion: number | null = null) {
    this.type = type;
    this.target = target;
    this.oldVersion = oldVersion;
    this.newVersion = newVersion;
  }
  preventDefault(): void {
    this.defaultPrevented = true;
  }
  stopPropagation(): void {
    this.stopped = true;
  }
}

/** Something that tells of events, by `on…` and by listeners. */
export class Target {
  onsuccess: Listener | null = null;
  onerror: Listener | null = null;
  oncomplete: Listener | null = null;
  onabort: Listener | null = null;
  onblocked: Listener | null = null;
  onupgradeneeded: Listener | null = null;
  onversionchange: Listener | null = null;
  onclose: Listener | null = null;
  #listeners: { readonly type: string; readonly listener: Listener }[] = [];

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push({ type, listener });
  }
  removeEventListener(type: string, listener: Listener): void {
    this.#listeners = this.#listeners.filter((held) => held.type !== type || held.listener !== listener);
  }

  /** Whether anybody hears of an event of this kind. */
  hears(type: 'success' | 'error'): boolean {
    return this[`on${type}`] !== null || this.#listeners.some((held) => held.type === type);
  }

  tell(event: SimEvent): void {
    const on: unknown = Reflect.get(this, `on${event.type}`);
    if (typeof on === 'function') Reflect.apply(on, this, [event]);
    for (const { type, listener } of this.#listeners) if (type === event.type) listener.call(this, event);
  }
}

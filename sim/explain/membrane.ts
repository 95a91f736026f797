// Plain data behind glass: whoever looks at it or changes it through the glass does so as ever, and
// each field that is read or written is told. What is stored goes in without glass, so the data
// itself never learns of it.

/** A field of an object, an entry of a map or of a set; or which of them there are. */
export interface Watcher {
  read(target: object, key: unknown): void;
  wrote(target: object, key: unknown): void;
}

/** Which keys there are, and how many. */
export const KEYS = Symbol("keys");

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export class Membrane {
  private readonly watcher: Watcher;
  private readonly glasses = new WeakMap<object, object>();
  private readonly behind = new WeakMap<object, object>();

  constructor(watcher: Watcher) {
    this.watcher = watcher;
  }

  /** The same value behind glass; what is no object is itself. */
  wrap<T>(value: T): T {
    if (!isObject(value) || this.behind.has(value)) return value;
    let glass = this.glasses.get(value);
    if (glass === undefined) {
      glass = new Proxy(value, this.handlerFor(value));
      this.glasses.set(value, glass);
      this.behind.set(glass, value);
    }
    return glass as T;
  }

  /** The value without glass, inside too: what was made anew may hold pieces that have some. */
  bare<T>(value: T): T {
    if (!isObject(value)) return value;
    const inner = this.behind.get(value);
    if (inner !== undefined) return inner as T;
    // what has a glass is stored already, and holds none
    if (!this.glasses.has(value)) this.bareInside(value);
    return value;
  }

  private bareInside(value: object): void {
    if (value instanceof Map) {
      for (const [key, part] of [...value]) value.set(key, this.bare(part));
      return;
    }
    if (value instanceof Set) return;
    for (const [key, part] of Object.entries(value)) {
      if (!isObject(part)) continue;
      const bare = this.bare(part);
      if (bare !== part) (value as Record<string, unknown>)[key] = bare;
    }
  }

  private handlerFor(value: object): ProxyHandler<object> {
    if (value instanceof Map)
      return { get: (map, key) => this.ofMap(map as Map<unknown, unknown>, key) };
    if (value instanceof Set) return { get: (set, key) => this.ofSet(set as Set<unknown>, key) };
    const { watcher } = this;
    return {
      get: (target, key) => this.field(target, key),
      set: (target, key, part) => {
        const isNew = !Object.hasOwn(target, key);
        const done = Reflect.set(target, key, this.bare(part));
        watcher.wrote(target, key);
        if (isNew) watcher.wrote(target, KEYS);
        return done;
      },
      deleteProperty: (target, key) => {
        watcher.wrote(target, key);
        watcher.wrote(target, KEYS);
        return Reflect.deleteProperty(target, key);
      },
      has: (target, key) => {
        watcher.read(target, key);
        return Reflect.has(target, key);
      },
      ownKeys: (target) => {
        watcher.read(target, KEYS);
        return Reflect.ownKeys(target);
      },
    };
  }

  private field(target: object, key: string | symbol): unknown {
    const part: unknown = Reflect.get(target, key);
    if (typeof part === "function") {
      return Array.isArray(target) && SEARCHES.has(key) ? this.search(target, key) : part;
    }
    this.watcher.read(target, key);
    // a frozen field must be seen as it is
    const own = Object.getOwnPropertyDescriptor(target, key);
    return own?.writable === false && !own.configurable ? part : this.wrap(part);
  }

  /** An element is found with and without glass. */
  private search(target: unknown[], key: string | symbol): unknown {
    return (what: unknown, ...more: number[]) => {
      this.watcher.read(target, KEYS);
      target.forEach((_, i) => {
        this.watcher.read(target, String(i));
      });
      const find = target[key as "indexOf"];
      return find.call(target, this.bare(what), ...more);
    };
  }

  private ofMap(map: Map<unknown, unknown>, key: string | symbol): unknown {
    const { watcher } = this;
    const all = () => {
      watcher.read(map, KEYS);
      return [...map].map(([k, part]): [unknown, unknown] => {
        watcher.read(map, k);
        return [k, this.wrap(part)];
      });
    };
    switch (key) {
      case "get":
        return (k: unknown) => {
          watcher.read(map, k);
          return this.wrap(map.get(k));
        };
      case "has":
        return (k: unknown) => {
          watcher.read(map, k);
          return map.has(k);
        };
      case "set":
        return (k: unknown, part: unknown) => {
          if (!map.has(k)) watcher.wrote(map, KEYS);
          watcher.wrote(map, k);
          map.set(k, this.bare(part));
          return this.wrap(map);
        };
      case "forEach":
        return (act: (part: unknown, k: unknown) => void) => {
          for (const [k, part] of all()) act(part, k);
        };
      case "values":
        return () =>
          all()
            .map(([, part]) => part)
            [Symbol.iterator]();
      case "entries":
      case Symbol.iterator:
        return () => all()[Symbol.iterator]();
      default:
        return this.ofEither(map, key);
    }
  }

  private ofSet(set: Set<unknown>, key: string | symbol): unknown {
    const { watcher } = this;
    const all = () => {
      watcher.read(set, KEYS);
      return [...set];
    };
    switch (key) {
      case "has":
        return (k: unknown) => {
          watcher.read(set, k);
          return set.has(k);
        };
      case "add":
        return (k: unknown) => {
          if (!set.has(k)) watcher.wrote(set, KEYS);
          watcher.wrote(set, k);
          set.add(k);
          return this.wrap(set);
        };
      case "forEach":
        return (act: (k: unknown) => void) => {
          for (const k of all()) act(k);
        };
      case "values":
      case Symbol.iterator:
        return () => all()[Symbol.iterator]();
      default:
        return this.ofEither(set, key);
    }
  }

  private ofEither(kept: Map<unknown, unknown> | Set<unknown>, key: string | symbol): unknown {
    const { watcher } = this;
    switch (key) {
      case "size":
        watcher.read(kept, KEYS);
        return kept.size;
      case "keys":
        return () => {
          watcher.read(kept, KEYS);
          return [...kept.keys()][Symbol.iterator]();
        };
      case "delete":
        return (k: unknown) => {
          watcher.wrote(kept, k);
          watcher.wrote(kept, KEYS);
          return kept.delete(k);
        };
      case "clear":
        return () => {
          for (const k of kept.keys()) watcher.wrote(kept, k);
          watcher.wrote(kept, KEYS);
          kept.clear();
        };
      default:
        return Reflect.get(kept, key);
    }
  }
}

const SEARCHES: ReadonlySet<string | symbol> = new Set(["indexOf", "lastIndexOf", "includes"]);

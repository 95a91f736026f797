// While a world steps, the clocks, timers and random sources of the process throw: protocol code
// that reaches for one of them is found at once, not when two runs differ on another machine.

type Globals = Record<string, unknown>;

const forbidden: readonly (readonly [holder: string, name: string])[] = [
  ["", "Date"],
  ["process", "hrtime"],
  ["Math", "random"],
  ["performance", "now"],
  ["crypto", "getRandomValues"],
  ["crypto", "randomUUID"],
  ["", "setTimeout"],
  ["", "setInterval"],
  ["", "setImmediate"],
  ["", "queueMicrotask"],
  ["", "fetch"],
];

function holderOf(name: string): Globals | undefined {
  const all = globalThis as unknown as Globals;
  return name === "" ? all : (all[name] as Globals | undefined);
}

/** Runs `body` with the sources of accident replaced by functions that throw. */
export function guarded<T>(body: () => T): T {
  const saved: [Globals, string, PropertyDescriptor | undefined][] = [];
  for (const [holderName, name] of forbidden) {
    const holder = holderOf(holderName);
    if (holder === undefined || typeof holder[name] !== "function") continue;
    saved.push([holder, name, Object.getOwnPropertyDescriptor(holder, name)]);
    const full = holderName === "" ? name : `${holderName}.${name}`;
    Object.defineProperty(holder, name, { configurable: true, value: refusing(full) });
  }
  try {
    return body();
  } finally {
    for (const [holder, name, descriptor] of saved) {
      if (descriptor === undefined) delete holder[name];
      else Object.defineProperty(holder, name, descriptor);
    }
  }
}

/** Refuses to be called and to be constructed; its `now`, which only Date has, too. */
function refusing(name: string): () => never {
  function refused(): never {
    return refuse(name);
  }
  return Object.assign(refused, { now: () => refuse(`${name}.now`) });
}

function refuse(name: string): never {
  throw new Error(
    `${name} was called while a world steps: take time from out.now, chance from pick`,
  );
}

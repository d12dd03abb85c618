/** Resolves with what `look` finds, at once or after one of the wake-ups that `listeners` are told of. */
export function eventually<T>(listeners: Set<() => void>, look: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const again = (): void => {
      const found = look();
      if (found === undefined) return;
      listeners.delete(again);
      resolve(found);
    };
    listeners.add(again);
    again();
  });
}

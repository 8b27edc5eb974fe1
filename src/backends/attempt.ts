/** The result of a look at the machine, or `undefined` where this one is so unusual that even looking fails. */
export function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

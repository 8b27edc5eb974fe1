/** What torch puts before every name of a network that was wrapped to run on several devices, or was compiled. */
export const WRAPPERS: readonly string[] = ['module.', '_orig_mod.'];

/** The same tensors without the prefixes that all of their names have, one in another. */
export function withoutWrapper<T>(tensors: ReadonlyMap<string, T>, wrappers = WRAPPERS): ReadonlyMap<string, T> {
  const names = [...tensors.keys()];
  const wrapper = wrappers.find((prefix) => names.every((name) => name.startsWith(prefix)));
  if (wrapper === undefined || names.length === 0) return tensors;
  return withoutWrapper(new Map([...tensors].map(([name, tensor]) => [name.slice(wrapper.length), tensor])), wrappers);
}

/** Milliseconds that this process has computed so far. Unlike those of a clock they stand still while other processes have the processor. */
export function computingMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

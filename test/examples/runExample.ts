/** Runs an example and keeps what it prints. */
export async function runExample<Result>(
  example: (print: (line: string) => void) => Result,
): Promise<{ result: Awaited<Result>; lines: string[] }> {
  const lines: string[] = [];
  const result = await example((line) => lines.push(line));
  return { result, lines };
}

// "The ratio of 3×3 and 5×5 convolutions should increase as we move to higher layers": what Table 1 of arXiv:1409.4842 does about it.
import { costOf, networkSpec } from 'tfjs-inception';

export function largeKernels(print: (line: string) => void = console.log) {
  const shares = costOf(networkSpec('googlenet', { variant: 'paper' })).modules.map(({ name, outputShape, branches }) => {
    const [filters1x1, filters3x3, filters5x5] = branches.map((branch) => branch.outputShape[2]);
    const large = filters3x3 + filters5x5;
    return { name, large, share: large / outputShape[2], timesOneByOne: large / filters1x1 };
  });
  for (const { name, large, share, timesOneByOne } of shares) {
    print(
      `${name}: ${large} filters of 3×3 and 5×5, ${(100 * share).toFixed(1)} % of the output, ${timesOneByOne.toFixed(2)} times the 1×1`,
    );
  }
  const [first, last] = [shares[0], shares[shares.length - 1]];
  print(`Their number grows from ${first.large} to ${last.large}; their share of a module does not: ${(100 * first.share).toFixed(1)} % to ${(100 * last.share).toFixed(1)} %`); // prettier-ignore
  return shares;
}

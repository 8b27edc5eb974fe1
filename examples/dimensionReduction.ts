// The naive Inception module against the one that first reduces the channels by 1×1 convolutions (arXiv:1409.4842, Figure 2).
import { costOfSteps, inceptionModuleSpec, type InceptionModuleSpec } from 'tfjs-inception';

const NAIVE: InceptionModuleSpec = { filters1x1: 64, filters3x3: 128, filters5x5: 32 };
/** Module 3a of Table 1: the same filters, behind 96 and 16 of 1×1, and 32 of 1×1 after the pool. */
const REDUCED: InceptionModuleSpec = { ...NAIVE, reduce3x3: 96, reduce5x5: 16, poolProjection: 32 };

export function dimensionReduction(print: (line: string) => void = console.log) {
  const [naive, reduced] = [NAIVE, REDUCED].map((spec) => {
    const { modules, parameters, multiplyAdds } = costOfSteps([inceptionModuleSpec('inception_3a', spec)], [28, 28, 192]);
    return { outputShape: modules[0].outputShape.join('×'), parameters: parameters.trainable, multiplyAdds, branches: modules[0].branches };
  });
  for (const [name, { outputShape, parameters, multiplyAdds, branches }] of Object.entries({ naive, reduced })) {
    print(
      `${name}: 28×28×192 → ${outputShape}, ${parameters.toLocaleString('en-US')} parameters, ${multiplyAdds.toLocaleString('en-US')} multiply-adds`,
    );
    for (const branch of branches)
      print(`  ${branch.name}: ${branch.multiplyAdds.toLocaleString('en-US')} multiply-adds, ${(100 * branch.share).toFixed(1)} %`);
  }
  const saved = naive.multiplyAdds / reduced.multiplyAdds;
  print(`Reduced, the module needs ${saved.toFixed(2)} times fewer multiply-adds`);
  return { naive, reduced, saved };
}

// Thirty-two 5×5 convolutions over 28×28×192, straight and through a bottleneck of 16 channels.
import { costOfSteps, inceptionModuleSpec, type Step } from 'tfjs-inception';

const FIVE_BY_FIVE: Step = { op: 'convolution', name: '5x5', filters: 32, kernelSize: 5 };
const BOTTLENECK: Step = { op: 'convolution', name: 'bottleneck', filters: 16, kernelSize: 1 };
/** 64 + 128 + 32 + 32 channels. */
const MODULE_3A = { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolProjection: 32 };

export function bottleneck(print: (line: string) => void = console.log) {
  const straight = costOfSteps([FIVE_BY_FIVE], [28, 28, 192]).multiplyAdds;
  const through = costOfSteps([BOTTLENECK, FIVE_BY_FIVE], [28, 28, 192]);
  const parts = through.rows.map(({ multiplyAdds }) => multiplyAdds);
  const outputShape = through.rows[through.rows.length - 1].outputShape.join('×');
  print(`straight: ${straight.toLocaleString('en-US')} multiplications`);
  print(`through 16 channels: ${parts.map((part) => part.toLocaleString('en-US')).join(' + ')} = ${through.multiplyAdds.toLocaleString('en-US')}, also to ${outputShape}`); // prettier-ignore
  print(`${((100 * through.multiplyAdds) / straight).toFixed(1)} % of the work`);
  const moduleShape = costOfSteps([inceptionModuleSpec('inception_3a', MODULE_3A)], [28, 28, 192]).modules[0].outputShape.join('×');
  print(`module 3a: 28×28×192 → ${moduleShape}`);
  return { straight, parts, through: through.multiplyAdds, outputShape, moduleShape };
}

// LeNet's own task for the network that is named after it: 10,000 handwritten digits, two Inception modules, nothing but npm.
import { digits, googLeNet, train, useBackend } from 'tfjs-inception';

export async function handwrittenDigits({ epochs = 3 } = {}, print: (line: string) => void = console.log) {
  const { name, engine } = await useBackend();
  const data = digits({ seed: 1 });
  const model = googLeNet({
    classes: 10,
    inputShape: [28, 28, 3],
    stem: 'stride4',
    widthMultiplier: 0.25,
    finalModule: 'inception_3b',
    momentum: 0.9,
    dropout: 0.2,
    seed: 1,
  });
  print(`${model.countParams().toLocaleString('en-US')} parameters on ${name} (${engine})`);
  const { best, elapsedMs } = await train(model, data, {
    epochs,
    seed: 1,
    onEpoch: ({ epoch, loss, validation, imagesPerSecond }) =>
      print(`epoch ${epoch}: loss ${loss.toFixed(3)}, held out ${percent(validation?.top1)}, ${Math.round(imagesPerSecond)} digits/s`),
  });
  const top1 = best.validation?.top1 ?? NaN;
  print(
    `${percent(top1)} of ${data.validation.count.toLocaleString('en-US')} held-out digits right after ${Math.round(elapsedMs / 1000)} s`,
  );
  await Promise.all([data.train.close(), data.validation.close()]);
  model.dispose();
  return { top1, elapsedMs };
}

const percent = (fraction = NaN): string => `${(100 * fraction).toFixed(1)} %`;

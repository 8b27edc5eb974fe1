import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { FORMAT_CONTENTS, type ModelContent } from '../src/io/formatContents.js';
import { loadModel } from '../src/io/loadModel.js';
import { FORMAT_EXTENSIONS, MODEL_FORMATS, type ModelFormat } from '../src/io/modelFormat.js';
import { MODEL_WRITERS } from '../src/io/modelWriters.js';
import { saveModel } from '../src/io/saveModel.js';
import { InceptionModel } from '../src/networks/inceptionModel.js';
import { savedPath } from './io/savedFormats.js';
import { tinyGoogLeNet, withFolder } from './io/tinyModels.js';

/** The contents in the order of the table's columns. */
const COLUMNS: readonly ModelContent[] = ['weights', 'architecture', 'frozen', 'preprocessing', 'labels', 'training'];

interface Row {
  readonly format: string;
  readonly paths: readonly string[];
  readonly isRead: boolean;
  readonly isWritten: boolean;
  readonly contents: readonly ModelContent[];
}

function rows(): Row[] {
  const text = readFileSync(join(__dirname, '..', 'docs', 'formats.md'), 'utf8');
  const lines = text.slice(text.indexOf('| format | path |')).split('\n').slice(2);
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => {
      const [format, path, read, written, ...kept] = line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore
      const said = [read, written, ...kept];
      expect(said.filter((word) => word !== 'yes' && word !== '–')).toEqual([]);
      return {
        format: format.replaceAll('`', ''),
        paths: [...path.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
        isRead: read === 'yes',
        isWritten: written === 'yes',
        contents: COLUMNS.filter((_, index) => kept[index] === 'yes'),
      };
    });
}

/** What of a model with everything is there again. */
async function contentsAgain(format: ModelFormat): Promise<ModelContent[]> {
  return withFolder(async (folder) => {
    const model = tinyGoogLeNet();
    model.getLayer('conv1_conv').trainable = false;
    const path = savedPath(folder, format);
    await saveModel(model, path, { training: { epochs: 2 } });
    const again = await loadModel(path);
    if (!(again instanceof InceptionModel)) throw new Error(`${format}: not a network of ours`);
    const values = (of: tf.LayersModel): number[][] => of.getWeights().map((weight) => [...weight.dataSync()]);
    const has: Readonly<Record<ModelContent, boolean>> = {
      weights: JSON.stringify(values(again)) === JSON.stringify(values(model)),
      architecture: JSON.stringify(again.spec) === JSON.stringify(model.spec),
      frozen: !again.getLayer('conv1_conv').trainable,
      preprocessing: JSON.stringify(again.preprocessing) === JSON.stringify(model.preprocessing),
      labels: again.labels.join() === model.labels.join(),
      training: JSON.stringify(again.getUserDefinedMetadata()).includes('"training":{"epochs":2}'),
    };
    for (const one of [model, again]) one.dispose();
    return COLUMNS.filter((content) => has[content]);
  });
}

describe('the table of docs/formats.md', () => {
  it('has every format once, with its extensions and whether it is read and written', () => {
    expect(rows().map(({ format, paths, isRead, isWritten }) => ({ format, paths, isRead, isWritten }))).toEqual(
      MODEL_FORMATS.map((format) => ({
        format,
        paths: format === 'tfjs-layers' ? ['model.json'] : FORMAT_EXTENSIONS[format],
        isRead: format !== 'onnx',
        isWritten: MODEL_WRITERS[format] !== undefined,
      })),
    );
  });

  it.each(MODEL_FORMATS)('%s holds what FORMAT_CONTENTS and the table say', async (format) => {
    const row = rows().find((one) => one.format === format);
    expect(row?.contents).toEqual(COLUMNS.filter((content) => FORMAT_CONTENTS[format].includes(content)));
    if (format !== 'onnx') expect(await contentsAgain(format)).toEqual(row?.contents);
  });

  it('what the table says of ONNX is in the file: preprocessing, labels and the training record', async () => {
    await withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, join(folder, 'model.onnx'), { training: { epochs: 2 } });
      model.dispose();
      const text = readFileSync(join(folder, 'model.onnx'), 'latin1');
      for (const part of ['"preprocessing":{', '"labels":["cat","dog"', '"training":{"epochs":2}']) expect(text).toContain(part);
    });
  });
});

import { writeFileAtomically } from '../atomicFile.js';
import { Hdf5Group, layOutHdf5 } from '../hdf5/writeHdf5.js';
import { encodeRecord, RECORD_KEY } from '../modelRecord.js';
import type { ModelWriter } from '../modelWriters.js';
import { kerasConfiguration, legacyConfiguration } from './kerasConfiguration.js';
import { kerasModel } from './kerasModel.js';
import { storeLegacyVariables, variablesByLayer } from './kerasVariables.js';
import { KERAS_VERSION } from './writeKeras.js';

/** Kernels lie as TensorFlow lays them, which all of Keras' backends but the long gone Theano take as they are. */
const BACKEND = 'tensorflow';

/** Writes a model as the `.h5` of whole models that Keras 3 reads. */
export const writeH5: ModelWriter = async (where, snapshot, { file }) => {
  const model = kerasModel(where, snapshot);
  const root = new Hdf5Group();
  const weights = root.group('model_weights');
  for (const { attributes } of [root, weights]) attributes.set('keras_version', KERAS_VERSION).set('backend', BACKEND);
  root.attributes.set('model_config', JSON.stringify(legacyConfiguration(kerasConfiguration(model))));
  root.attributes.set(RECORD_KEY, encodeRecord(snapshot.record));
  storeLegacyVariables(weights, model, variablesByLayer(where, snapshot));
  await writeFileAtomically(where, file, layOutHdf5(root).pieces());
};

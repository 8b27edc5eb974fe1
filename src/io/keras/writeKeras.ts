import { writeFileAtomically } from '../atomicFile.js';
import { Hdf5Group, layOutHdf5 } from '../hdf5/writeHdf5.js';
import { RECORD_KEY } from '../modelRecord.js';
import type { ModelWriter } from '../modelWriters.js';
import { zipPieces } from '../zip/writeZip.js';
import { kerasConfiguration } from './kerasConfiguration.js';
import { kerasModel } from './kerasModel.js';
import { storeVariables, variablesByLayer } from './kerasVariables.js';

/** What is written needs Keras 3.4.1 or later: those before take no lone input or output, and a list of one makes later ones warn at each call. */
export const KERAS_VERSION = '3.4.1';

/** Writes a model as Keras 3's own `.keras`: an archive of its description and an HDF5 file of its weights. */
export const writeKeras: ModelWriter = async (where, snapshot, { file }) => {
  const model = kerasModel(where, snapshot);
  const root = new Hdf5Group();
  storeVariables(root, model, variablesByLayer(where, snapshot));
  const weights = layOutHdf5(root);
  const saved = new Date().toISOString();
  // The record lies here, as Keras unpacks an archive with files that it does not know.
  const metadata = {
    keras_version: KERAS_VERSION,
    date_saved: `${saved.slice(0, 10)}@${saved.slice(11, 19)}`,
    [RECORD_KEY]: snapshot.record,
  };
  const entries = [
    textEntry('metadata.json', JSON.stringify(metadata)),
    textEntry('config.json', JSON.stringify(kerasConfiguration(model))),
    { name: 'model.weights.h5', bytes: weights.bytes, content: weights.pieces() },
  ];
  await writeFileAtomically(where, file, zipPieces(where, entries));
};

function textEntry(name: string, text: string): { name: string; bytes: number; content: Uint8Array[] } {
  const bytes = Buffer.from(text);
  return { name, bytes: bytes.length, content: [bytes] };
}

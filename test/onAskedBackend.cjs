// What jest.config.js adds where INCEPTION_TEST_BACKEND names a backend for the whole run: it is started before each file's tests, and what
// they compute is counted. What cannot come out otherwise on another backend is left out: it passes, or fails, on wasm all the same.

/** Files and folders below test/, and why they are left out. */
const LEFT_OUT = [
  { why: 'specs, costs, pictures and settings are worked out without a tensor', paths: ['spec/', 'cost/', 'data/'] },
  {
    why: 'the sources, the documents and the names of exports',
    paths: ['formatsTable', 'imports', 'index', 'networksTable', 'options', 'examples/costs', 'examples/readme', 'examples/augmentations'],
  },
  {
    why: 'how a backend is installed, found, chosen, examined and described; what wasm alone needs; two backends beside each other',
    paths: [
      'backends/(?!backends\\.|networkGradients\\.)',
      'kernels/(?!\\w+OnNative\\.)',
      'layers/(drawTruncatedNormal|normalInitializers|trainingStep)\\.',
      'training/assertTrainingKernels',
      'io/plainTensorFlow',
    ],
  },
  {
    why: 'sums and tables over numbers that are read already',
    paths: ['evaluation/(calibration|compareHeads|crops|earlyExit|heads|metrics|predictions|temperature)\\.'],
  },
  {
    why: 'plans, settings, schedules and records of a training, not its steps',
    paths: [
      'training/(classWeights|earlyStopping|headWeights|historyFiles|layerRates|phases|planTraining|plannedResumption|pooledStatistics|recipe)\\.',
      'training/(resumeDifferences|schedules|tensorBoardFiles)\\.',
    ],
  },
  {
    why: 'bytes and names of files, and graphs that are read from them',
    paths: [
      'io/(atomicFile|checkSavePlace|fileContent|openWeights|toFloat32)\\.',
      'io/(caffe|events|fuzz|hdf5|torch|zip)/',
      'io/keras/(openKerasWeights|readConfiguration)\\.',
      'io/names/(recognizeNetwork|tensorLayout)\\.',
      'io/onnx/(constant|foldedGraph|writeOnnx)\\.',
      'io/safetensors/(openSafetensors|safetensors|writeSafetensors)\\.',
      'networks/(imagenetLabels|stageOf|structure)\\.',
    ],
  },
  { why: 'recordings and graphs as data', paths: ['compile/(compareRecordings|graphDefinition|graphOperation|layerScope)\\.'] },
  { why: 'pages and drawings', paths: ['explain/(?!heldOutPictures\\.|trainedFolderReport\\.)'] },
  {
    why: 'help, wrong use, the progress bar, drawings, tables, files into files',
    paths: ['cli/(architecture|convert|diagnosisText|doctor|drawNetwork|native\\w*|progress|wrongUse)\\.'],
  },
];

/** Their commands run in processes of their own and name the backend to them, which fail where they cannot start it. */
const IN_OTHER_PROCESSES = [
  'test/training/kill.test.ts',
  'test/cli/interrupt.test.ts',
  'test/cli/quickstart.test.ts',
  'test/readme.test.ts',
];

function onAskedBackend(backend) {
  if (!backend) return {};
  return {
    setupFilesAfterEnv: ['<rootDir>/test/startBackend.ts'],
    reporters: ['default', '<rootDir>/test/backendReporter.cjs'],
    testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT.flatMap(({ paths }) => paths.map((path) => `<rootDir>/test/${path}`))],
  };
}

module.exports = { onAskedBackend, IN_OTHER_PROCESSES };

// Removes the build folder, so that a file deleted from src/ cannot live on in the package.
require('node:fs').rmSync(require('node:path').join(__dirname, '..', 'dist'), { recursive: true, force: true });

import { expectedGot } from '../../errors.js';
import type { PickleBytes } from './pickleBytes.js';
import { PickleMachine, type PickleContext } from './pickleMachine.js';
import { OPCODE_NAMES } from './pickleOpcode.js';
import { PICKLE_OPERATIONS } from './pickleOperations.js';

/** A tensor of a state dict takes some forty, so this is enough for ten thousand; a hostile file gets three hundred megabytes out of it at most. */
const MAX_OPERATIONS = 500_000;

/** What to do with a file that holds more than weights. */
export const SAVE_STATE_DICT =
  'A weight file needs no such thing, and what might run code is never obeyed. Where you trust the file, save its weights alone in PyTorch: torch.save(model.state_dict(), path).';

/**
 * The next pickle's value. Nothing in it is executed: an opcode that is not in {@link PICKLE_OPERATIONS}, a name that `context` does not know,
 * is refused by name.
 *
 * @param bytes Its place is moved to the pickle's end.
 * @throws InceptionError `CORRUPT_WEIGHTS`; `UNSUPPORTED_FORMAT` for what is refused. PickleGoesOn if the bytes end before the pickle does.
 */
export function readPickle(bytes: PickleBytes, context: PickleContext): unknown {
  const machine = new PickleMachine(bytes, context);
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const code = bytes.uint8();
    const name = OPCODE_NAMES[code];
    if (name === undefined) throw bytes.corrupt('a pickle', `the opcode ${code}`);
    if (name === 'STOP') return machine.pop();
    const operation = PICKLE_OPERATIONS[name];
    if (!operation) throw expectedGot('UNSUPPORTED_FORMAT', `${bytes.file}: the pickle`, 'data', `the opcode ${name}`, SAVE_STATE_DICT);
    operation(machine);
  }
  throw bytes.corrupt(`a pickle of at most ${MAX_OPERATIONS} operations`, 'a longer one');
}

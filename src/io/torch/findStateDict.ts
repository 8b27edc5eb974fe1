import { expectedGot } from '../../errors.js';
import { withoutWrapper } from '../names/withoutWrapper.js';
import { TorchTensor } from './torchTensor.js';

/** Where training programs keep the weights within a checkpoint; the first that is there is taken, the averaged ones last. */
const KEYS = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'model_ema', 'state_dict_ema'] as const;

/** How deep checkpoints lie within checkpoints. */
const MAX_DEPTH = 3;

/**
 * The tensors by name within what was saved: a state dict itself, or one in a training checkpoint. What else is there (an epoch, an
 * optimizer's state) is passed over.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` if there are none.
 */
export function findStateDict(file: string, value: unknown): ReadonlyMap<string, TorchTensor> {
  for (let depth = 0, inner = value; depth < MAX_DEPTH && inner instanceof Map; depth++) {
    const found = [...inner].filter((item): item is [string, TorchTensor] => typeof item[0] === 'string' && item[1] instanceof TorchTensor);
    const map: ReadonlyMap<unknown, unknown> = inner;
    const key = KEYS.find((candidate) => map.get(candidate) instanceof Map);
    if (key === undefined && found.length > 0) return withoutWrapper(new Map(found));
    inner = key === undefined ? undefined : map.get(key);
  }
  const held = value instanceof Map ? [...value.keys()] : value;
  const advice = 'Save the weights alone in PyTorch: torch.save(model.state_dict(), path).';
  throw expectedGot('UNSUPPORTED_FORMAT', file, `tensors by name, or such under ${KEYS.join(', ')}`, held, advice);
}

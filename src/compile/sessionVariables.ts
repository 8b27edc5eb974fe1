import * as tf from '@tensorflow/tfjs';
import type { GraphSession } from './graphSession.js';
import { LentTensor } from './lentTensor.js';
import type { NativeBackend } from './nativeBackend.js';

/**
 * Variables of TensorFlow.js whose values live in a session. Nobody notices: whoever reads one gets it from there, without a copy, and
 * what is assigned to one goes there before the next run.
 */
export class SessionVariables {
  private lent: LentTensor[] = [];

  constructor(
    private readonly backend: NativeBackend,
    private readonly session: GraphSession,
    private readonly variables: readonly tf.Variable[],
  ) {}

  /** Brings what was assigned since the last run into the session, and leaves to others what they hold of its values. */
  beforeRun(): void {
    const { variables, lent } = this;
    if (lent.some(({ isShared, isOpen }) => isShared && isOpen)) this.readAll();
    if (variables.some((_, index) => !this.isLent(index))) return this.writeAll();
    lent.forEach((tensor, index) => {
      if (tensor.isShared) this.lend(index);
      else tensor.release(this.backend);
    });
  }

  /** Leaves the variables with the session's values, which may then be closed. */
  dispose(): void {
    if (this.lent.some((tensor, index) => tensor.isOpen && this.isLent(index))) this.readAll();
  }

  /** Whether a variable's value is the session's. */
  private isLent(index: number): boolean {
    const { tensorMap } = this.backend;
    const { dataId } = this.variables[index];
    return tensorMap.has(dataId) && tensorMap.get(dataId) === this.lent[index];
  }

  private writeAll(): void {
    const { session, variables } = this;
    session.writeVariables(variables);
    variables.forEach((_, index) => this.lend(index));
  }

  /** Gives a variable an entry of its own. Others that had the former one keep it, with the value that it has now. */
  private lend(index: number): void {
    const { tensorMap } = this.backend;
    const variable = this.variables[index];
    const { dtype } = tensorMap.get(variable.dataId);
    const tensor = new LentTensor(variable.shape, dtype, () => this.readAll());
    // As `variable.assign` does it, but for a tensor of which there is nothing yet to be read.
    tf.engine().disposeTensor(variable);
    variable.dataId = {};
    tensorMap.set(variable.dataId, tensor);
    tf.engine().incRef(variable, null as never);
    this.lent[index] = tensor;
  }

  /** All at once: whoever reads one weight mostly reads the others too. */
  private readAll(): void {
    const { backend, session, lent } = this;
    const values = session.readVariables(lent.length);
    values.forEach((value, index) => {
      if (lent[index].isOpen) lent[index].receive(value);
      else backend.binding.deleteTensor(value.id);
    });
  }
}

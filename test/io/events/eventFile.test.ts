import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { eventFile } from '../../../src/io/events/eventFile.js';
import { expectFailure } from '../failure.js';
import { readEvent, recordsOf } from './readEvents.js';
import { withFolder } from '../tinyModels.js';

describe('eventFile', () => {
  it('is named for the second, host and process, and begins with the version', async () => {
    await withFolder(async (folder) => {
      const before = Date.now() / 1000;
      const file = await eventFile('test', join(folder, 'new', 'logs'));
      const [, second] = /^events\.out\.tfevents\.(\d{10})\./.exec(basename(file.path))!;
      expect(basename(file.path)).toBe(`events.out.tfevents.${second}.${hostname()}.${process.pid}`);
      expect(Math.abs(Number(second) - before)).toBeLessThan(5);
      const [event] = recordsOf(await readFile(file.path)).map(readEvent);
      expect(event).toMatchObject({ fileVersion: 'brain.Event:2', step: 0 });
      expect(Math.abs(event.wallTime - before)).toBeLessThan(5);
      await file.close();
    });
  });

  it('is whole after every event, while it is open: each appended one is there at once', async () => {
    await withFolder(async (folder) => {
      const file = await eventFile('test', folder);
      for (let step = 1; step <= 5; step++) {
        await file.append({ kind: 'scalars', step, scalars: { a: step / 4 } });
        const events = recordsOf(await readFile(file.path)).map(readEvent);
        expect(events.map((event) => event.scalars?.a)).toEqual([undefined, ...[0.25, 0.5, 0.75, 1, 1.25].slice(0, step)]);
      }
      await file.flush();
      await file.close();
    });
  });

  it('comes after every file that the folder holds, though all three begin within a second', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'events.out.tfevents.9000000000.elsewhere.1'), '');
      await writeFile(join(folder, 'notes.txt'), '');
      const files = [await eventFile('test', folder), await eventFile('test', folder)];
      const names = files.map(({ path }) => basename(path));
      expect(names.map((name) => name.split('.')[3])).toEqual(['9000000001', '9000000002']);
      expect((await readdir(folder)).sort().slice(1, 3)).toEqual(names);
      for (const file of files) await file.close();
    });
  });

  it('where a file stands in place of the folder, WRITE_FAILED names it', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'taken'), '');
      await expectFailure(eventFile('test', join(folder, 'taken')), 'WRITE_FAILED', /^test: expected to write .*taken, got EEXIST/);
      await mkdir(join(folder, 'logs'));
      const file = await eventFile('test', join(folder, 'logs'));
      await file.close();
      await expectFailure(file.append({ kind: 'start', step: 1 }), 'WRITE_FAILED', /^test: expected to write .*tfevents.*, got /);
    });
  });
});

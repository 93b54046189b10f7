/** Marks a file as a database of ours ('PrNm'), so that one of another program is never written to. */
export const APPLICATION_ID = 0x50724e6d;

/**
 * The steps from an empty file to today's tables; `user_version` counts those that were taken. A step that was released is
 * never changed.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE federation (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE event (
    federation INTEGER NOT NULL REFERENCES federation,
    sequence INTEGER NOT NULL,
    at REAL NOT NULL,
    type TEXT NOT NULL,
    round INTEGER,
    event TEXT NOT NULL,
    PRIMARY KEY (federation, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE snapshot (
    federation INTEGER PRIMARY KEY REFERENCES federation,
    round INTEGER NOT NULL,
    engine BLOB NOT NULL,
    sha256 BLOB NOT NULL
  ) STRICT;

  CREATE TABLE client_state (
    federation INTEGER NOT NULL REFERENCES federation,
    client_id TEXT NOT NULL,
    state BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (federation, client_id)
  ) STRICT;

  CREATE TABLE prototypes (
    federation INTEGER NOT NULL REFERENCES federation,
    round INTEGER NOT NULL,
    tables BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (federation, round)
  ) STRICT;

  CREATE TABLE reply (
    federation INTEGER NOT NULL REFERENCES federation,
    task_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    record TEXT NOT NULL,
    up BLOB,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (federation, task_id, client_id)
  ) STRICT;
  CREATE INDEX reply_of_round ON reply (federation, round);

  CREATE TABLE device (
    federation INTEGER NOT NULL REFERENCES federation,
    client_id TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (federation, client_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    federation INTEGER NOT NULL REFERENCES federation,
    sequence INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (federation, sequence)
  ) STRICT, WITHOUT ROWID;`,
];

export { openSqliteDatabase, type SqliteDatabaseOptions } from './sqlite-store/open-database.ts';

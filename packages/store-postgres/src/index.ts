export { openPostgresDatabase, type PostgresDatabaseOptions } from './open-database.ts';

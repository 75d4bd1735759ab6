using System.Runtime.Versioning;
using Gatehouse.Storage.PostgreSql.Tests.Support;

[assembly: SupportedOSPlatform("linux")]
// One server for all tests; each has a schema of its own.
[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

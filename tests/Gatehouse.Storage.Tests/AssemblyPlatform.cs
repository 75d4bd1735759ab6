using System.Runtime.Versioning;
using Gatehouse.Storage.Tests.PostgreSql.Support;

[assembly: SupportedOSPlatform("linux")]
// One server for all tests that need it; each has a schema of its own.
[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

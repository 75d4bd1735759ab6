namespace Gatehouse.Storage.PostgreSql.Tests.Support;

/// <summary>An empty folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gatehouse-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The index of a log keeps every promise of its contract.</summary>
public sealed class EntryIndexContractTests
{
    public static TheoryData<string> Checks => [.. EntryIndexContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task TheIndexInSqlite_Keeps(string check) => RunAsync(check, new SqliteIndex());

    private static async Task RunAsync(string check, EntryIndexUnderTest under)
    {
        await using (under) await EntryIndexContract.Checks.Single(one => one.Name == check).RunAsync(under);
    }

    private sealed class SqliteIndex : EntryIndexUnderTest
    {
        private readonly TemporaryFolder folder = new();

        public override Task<IEntryIndexStore> OpenAsync() => Task.FromResult<IEntryIndexStore>(EntryIndexFile.Open(folder.File("index.db")));

        public override ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

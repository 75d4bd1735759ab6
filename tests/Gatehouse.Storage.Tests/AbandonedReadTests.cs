using System.Reflection;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage.Tests;

/// <summary>A read that nobody waits for any more, and that the disk still holds up, keeps its thread and no other read.</summary>
public sealed class AbandonedReadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task AReadThatWasGivenUp_HoldsUpNoOther()
    {
        var path = folder.File("state/store.db");
        await using var store = Store.Open(path, new ManualTimeProvider(Rows.Now));
        var type = typeof(Store).Assembly.GetType("Gatehouse.Storage.ReadQueue")!;
        var queue = Activator.CreateInstance(type, path, 4, 4096)!;
        var reading = type.GetMethod("ReadAsync", BindingFlags.Public | BindingFlags.Instance)!.MakeGenericMethod(typeof(int));
        ValueTask<int> ReadAsync(Func<SqliteConnection, int> read, CancellationToken cancellation) =>
            (ValueTask<int>)reading.Invoke(queue, [read, cancellation])!;
        using var disk = new ManualResetEventSlim();
        using var slow = new ManualResetEventSlim();
        using var patience = new CancellationTokenSource();
        var first = ReadAsync(_ => { slow.Set(); disk.Wait(); return 1; }, patience.Token).AsTask();
        slow.Wait(TestContext.Current.CancellationToken);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        try
        {
            Assert.Equal(2, await ReadAsync(_ => 2, CancellationToken.None).AsTask()
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
        finally
        {
            disk.Set();
            await ((IAsyncDisposable)queue).DisposeAsync();
        }
    }

    public void Dispose() => folder.Dispose();
}

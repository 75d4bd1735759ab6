using Gatehouse.Storage;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>Sign-ins that nobody finishes, nearly at the rate that the pages allow (CWE-770).</summary>
public sealed class AbandonedSignInTests
{
    private const int Blocks = 100;
    private const int MostMegabytes = 64;

    // Each sign-in takes two pages: the request and the consent. The rate gives half of its pages back in a minute, and others need some too.
    private const int InAMinute = AuthorizationServerEndpoints.MostPagesPerMinute / 5;

    // A million, as the product promises, with ./test --long.
    private static readonly int Count = TestSize.Of(1_200, 12_000, 1_000_000);

    [Fact]
    public async Task AbandonedSignIns_LeaveMemoryAndStoreBounded_AndOthersSignIn()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "store.db");
            Store? store = null;
            using var server = new SignInServer(time => store = Store.Open(path, time, new StoreOptions()));
            await using var closed = store!;
            await AbandonAsync(server, InAMinute); // what is made once
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var done = InAMinute; done < Count; done += InAMinute)
            {
                server.Clock.Advance(TimeSpan.FromMinutes(1));
                await AbandonAsync(server, InAMinute);
                server.Journal.Forget();
            }

            server.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMegabytes << 20);
            Assert.InRange(new FileInfo(path).Length, 1, 4 * (MostMegabytes << 20));
            Assert.NotEmpty(await CompleteAsync(server.Browser("203.0.113.7"), Begin()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task AbandonAsync(SignInServer server, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = 64 },
        async (number, _) => await ConsentAsync(server.Browser($"198.51.100.{number % Blocks}"), Begin()));
}

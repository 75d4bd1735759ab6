using Gatehouse.Identity.Partitions;
using Gatehouse.Upstreams.Catalogue;

namespace Gatehouse.Gateway.Tests;

/// <summary>Lists of sessions that are fetched at once, and the part of one caller.</summary>
[Trait("Requirement", "EX-03")]
public sealed class FetchLimiterTests
{
    [Fact]
    public async Task OneCaller_WaitsBehindOwnFetches_AndNobodyElseDoes()
    {
        var places = new FetchLimiter(64);
        var alice = Of("alice");
        var bob = Of("bob");
        List<IDisposable> held = [];
        for (var i = 0; i < 8; i++) held.Add(await places.TakeAsync(alice, 12, CancellationToken.None));
        var ninth = places.TakeAsync(alice, 12, CancellationToken.None).AsTask();
        using (await places.TakeAsync(bob, 12, CancellationToken.None)) Assert.False(ninth.IsCompleted);
        Assert.False(ninth.IsCompleted); // a place of another is none of hers
        held[0].Dispose();
        (await ninth.WaitAsync(TimeSpan.FromMinutes(2))).Dispose();
        foreach (var place in held.Skip(1)) place.Dispose();
        Assert.Equal(0, places.Waiting);
    }

    [Fact]
    public async Task WhoLeavesWhileWaiting_LeavesNothingBehind()
    {
        var places = new FetchLimiter(1);
        var held = await places.TakeAsync(Of("alice"), 12, CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var waiting = places.TakeAsync(Of("bob"), 12, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, places.Waiting);
        held.Dispose();
        (await places.TakeAsync(Of("carol"), 12, CancellationToken.None)).Dispose();
    }

    private static CallerPartition Of(string subject) => CallerPartition.Of("issuer", subject);
}

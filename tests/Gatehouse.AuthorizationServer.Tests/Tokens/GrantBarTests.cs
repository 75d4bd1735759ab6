using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>No grant of a person begins while the person is erased, and none from a sign-in before it (DP-03).</summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class GrantBarTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task AnErasure_WaitsForGrantsThatAreBeingMade()
    {
        var bar = new GrantBar(clock);
        var now = clock.GetUtcNow();
        var (first, second, other) = (bar.TryEnter("alice", now), bar.TryEnter("alice", now), bar.TryEnter("bob", now));
        var barring = bar.BarAsync("alice");
        Assert.False(barring.IsCompleted);
        first!.Dispose();
        first.Dispose(); // once
        Assert.False(barring.IsCompleted);
        second!.Dispose();
        await barring;
        other!.Dispose();
    }

    [Fact]
    public async Task NoGrantBegins_WhileThePersonIsErased_NorFromASignInBeforeIt()
    {
        var bar = new GrantBar(clock);
        var signedIn = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromSeconds(1));
        using (await bar.BarAsync("alice"))
        {
            Assert.Null(bar.TryEnter("alice", clock.GetUtcNow()));
            bar.TryEnter("bob", signedIn)!.Dispose();
        }

        Assert.Null(bar.TryEnter("alice", signedIn));
        bar.TryEnter("bob", signedIn)!.Dispose();
        clock.Advance(TimeSpan.FromSeconds(1));
        bar.TryEnter("alice", clock.GetUtcNow())!.Dispose();
    }

    // Bounded: what is not remembered any more counts as an erasure of every person.
    [Fact]
    public async Task ErasuresBeyondTheBound_EndEverySignInBeforeThem()
    {
        var bar = new GrantBar(clock);
        var signedIn = clock.GetUtcNow();
        for (var i = 0; i <= GrantBar.MostErasures; i++) (await bar.BarAsync($"person-{i}")).Dispose();
        Assert.Null(bar.TryEnter("bob", signedIn));
        clock.Advance(TimeSpan.FromSeconds(1));
        bar.TryEnter("bob", clock.GetUtcNow())!.Dispose();
    }
}

using Gatehouse.Gateway.Sessions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.States;

/// <summary>A state is used once, and one caller cannot take the room of the others.</summary>
[Trait("Requirement", "H05")]
[Trait("NoRetry", "yes")]
public sealed class IssuedStatesTests
{
    private static readonly StateOwner Alice = Owner("alice");
    private static readonly StateOwner Bob = Owner("bob");

    [Fact]
    public async Task OfManyUsesAtOnce_OneSucceeds()
    {
        var issued = new IssuedStates(TimeProvider.System);
        var nonce = issued.TryIssue(Alice, DateTimeOffset.MaxValue, 100)!;
        var uses = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => issued.TryUse(nonce))));
        Assert.Single(uses, static used => used);
        Assert.Equal(0, issued.Count);
        Assert.False(issued.TryUse(new byte[StateFormat.NonceBytes]));
    }

    [Fact]
    public void StateThatIsOver_IsNotUsed()
    {
        var clock = new ManualTimeProvider();
        var issued = new IssuedStates(clock);
        var nonce = issued.TryIssue(Alice, clock.GetUtcNow() + TimeSpan.FromHours(1), 100)!;
        clock.Advance(TimeSpan.FromHours(1));
        Assert.False(issued.TryUse(nonce));
    }

    [Fact]
    public void CallerBeyondItsPart_GetsNone_AndTheOthersDo_UntilItsStatesAreOver()
    {
        var clock = new ManualTimeProvider();
        var issued = new IssuedStates(clock);
        var until = clock.GetUtcNow() + TimeSpan.FromHours(1);
        var part = IssuedStates.Most / 10;
        for (var number = 0; number < part; number++) Assert.NotNull(issued.TryIssue(Alice, until, 10));
        Assert.Null(issued.TryIssue(Alice, until, 10));
        Assert.NotNull(issued.TryIssue(Bob, until + TimeSpan.FromHours(1), 10));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(issued.TryIssue(Alice, until + TimeSpan.FromHours(1), 10)); // room is made where it is needed
        Assert.Equal(2, issued.Count);
        clock.Advance(TimeSpan.FromHours(1));
        issued.Sweep();
        Assert.Equal(0, issued.Count);
    }

    // The share is the caller's, whatever client, server or tool it uses.
    [Fact]
    public void PlaceOfAStateThatIsUsedOrVoid_IsThatOfAFurtherOne()
    {
        var issued = new IssuedStates(TimeProvider.System);
        List<byte[]> nonces = [];
        while (issued.TryIssue(Alice with { Tool = $"tool{nonces.Count}", Client = $"c{nonces.Count}" }, DateTimeOffset.MaxValue, 1) is { } nonce)
            nonces.Add(nonce);
        Assert.Equal(IssuedStates.Most / 100, nonces.Count);
        Assert.True(issued.TryUse(nonces[0]));
        Assert.NotNull(issued.TryIssue(Alice, DateTimeOffset.MaxValue, 1));
        Assert.Null(issued.TryIssue(Alice, DateTimeOffset.MaxValue, 1));
        issued.Void(static owner => owner.Tool == "tool7");
        Assert.False(issued.TryUse(nonces[7]));
        Assert.NotNull(issued.TryIssue(Alice, DateTimeOffset.MaxValue, 1));
        Assert.Null(issued.TryIssue(Alice, DateTimeOffset.MaxValue, 1));
        Assert.True(issued.TryUse(nonces[8]));
    }

    [Fact]
    public void AllCallers_HaveABoundTogether()
    {
        var issued = new IssuedStates(TimeProvider.System);
        for (var number = 0; number < IssuedStates.Most; number++)
            Assert.NotNull(issued.TryIssue(Owner($"caller{number}"), DateTimeOffset.MaxValue, 1));
        Assert.Null(issued.TryIssue(Bob, DateTimeOffset.MaxValue, 100));
    }

    private static StateOwner Owner(string subject) => new("https://login.example", subject, "tests", "up", "echo", DateTimeOffset.MinValue);
}

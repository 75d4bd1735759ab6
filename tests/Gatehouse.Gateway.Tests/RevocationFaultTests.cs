using System.Net;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Identity.Revocations;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Revocations that the disk refuses. The threat: a caller fills it, is revoked for that, and continues what is open.</summary>
[Trait("Requirement", "ID-07")]
public sealed class RevocationFaultTests
{
    [Theory]
    [InlineData("revoke")]
    [InlineData("session.revoke")]
    public async Task RevocationThatIsNotStored_EndsWhatIsOpen_AndTheAnswerSaysForHowLong(string act)
    {
        var (gateway, full) = await StartAsync();
        await using var ended = gateway;
        var (administration, by) = (GatewayAdministration.Of(gateway.Host), ContainmentDesk.Credentials(gateway, "carol", "desk"));
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var token = gateway.Token();
        await using var open = await OpenExchanges.OpenAsync(gateway, token);
        full.IsFull = true;
        var refusal = await RefusalAsync();
        Assert.Contains("Not everything was stored", refusal!.Message, StringComparison.Ordinal);
        await open.EndAsync();
        using (var response = await gateway.SendAsync(gateway.Modern("tools/list", "", token: token)))
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        full.IsFull = false;
        Assert.Null(await RefusalAsync());
        Assert.NotEmpty(await full.ListAsync(gateway.Host.Core.Services.Options.Time.GetUtcNow(), TestContext.Current.CancellationToken));

        async Task<ActionRefusal?> RefusalAsync() => act == "revoke"
            ? (await administration.DoAsync(new RevokeTokens(RevocationKind.Subject, issuer, "alice", "flood"), by)).Refusal
            : (await administration.DoAsync(new RevokeSubject("alice", "flood"), by)).Refusal;
    }

    // The threat: another process holds the store, and a revoked caller works on until it answers.
    [Theory]
    [InlineData("revoke")]
    [InlineData("session.revoke")]
    public async Task RevocationThatTheStoreHolds_EndsWhatIsOpen_BeforeTheStoreAnswers(string act)
    {
        var (gateway, held) = await StartAsync();
        await using var ended = gateway;
        var (administration, by) = (GatewayAdministration.Of(gateway.Host), ContainmentDesk.Credentials(gateway, "carol", "desk"));
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        await using var open = await OpenExchanges.OpenAsync(gateway, gateway.Token());
        held.Held = new TaskCompletionSource();
        Task revoking = act == "revoke"
            ? administration.DoAsync(new RevokeTokens(RevocationKind.Subject, issuer, "alice", "flood"), by)
            : administration.DoAsync(new RevokeSubject("alice", "flood"), by);
        await open.EndAsync();
        Assert.False(revoking.IsCompleted);
        held.Held.SetResult();
        await revoking;
    }

    private static async Task<(TestGateway Gateway, FullRevocations Revocations)> StartAsync()
    {
        FullRevocations? revocations = null;
        var gateway = await TestGateway.StartAsync(options: given =>
        {
            var inner = new TemporaryStore().Open(given.Time);
            return given with { Store = new FaultyStore(inner) { Revocations = revocations = new FullRevocations(inner.Revocations) } };
        });
        return (gateway, revocations!);
    }

    private sealed class FullRevocations(IRevocationStore inner) : IRevocationStore
    {
        public bool IsFull { get; set; }

        public TaskCompletionSource? Held { get; set; }

        public async ValueTask AddAsync(RevocationRow row, CancellationToken cancellation = default)
        {
            if (Held is { } held) await held.Task.WaitAsync(cancellation);
            if (IsFull) throw new StoreException("The disk is full. Make room.");
            await inner.AddAsync(row, cancellation);
        }

        public ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
            inner.ListAsync(now, cancellation);
    }
}

using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise about a server whose tokens are bound to keys, and that checks the proofs badly.</summary>
public abstract class ProofExercise : Exercise
{
    /// <summary>Whether the naive check asks that the proof's key be the token's.</summary>
    internal abstract bool NaiveCheckHeedsBinding { get; }

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await CanaryServer.StartAsync(
        fixture,
        context => NaiveProofs.Subject(context.Request.Headers.Authorization, context.Request.Headers["DPoP"], fixture.Issuer,
            NaiveCheckHeedsBinding) is not null).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveProofs(fixture.Issuer, (authorization, proof) => NaiveProofs.Subject(authorization, proof, fixture.Issuer, NaiveCheckHeedsBinding)));

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var (client, _) = Keyed(context);
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false)).Holds("fine");
    }

    /// <summary>The honest user's client, with a token bound to its key.</summary>
    internal static (RangeClient Client, string Token) Keyed(AttackContext context)
    {
        var key = new RangeKey();
        var token = context.Issuer.Mint(AttackContext.Victim, context.Resource, claims => claims["cnf"] = new { jkt = key.Thumbprint });
        var client = context.With(token);
        client.Prove = (method, nonce) => key.Prove(method, context.Resource, token, nonce);
        return (client, token);
    }

    /// <summary>Reads the secret with a client.</summary>
    internal static async Task<Attempt> ReadAsync(AttackContext context, string name, RangeClient client)
    {
        var begun = await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("secret").ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the secret came back" : $"no secret: {begun.Summary()}, then {reply.Summary()}");
    }
}

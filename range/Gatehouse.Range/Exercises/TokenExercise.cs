using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An exercise about a server that checks tokens itself, and badly. Behind the gateway it is reached with a credential of the
/// gateway's own.
/// </summary>
public abstract class TokenExercise : Exercise
{
    internal abstract string? Recognise(string? token, RangeIssuer issuer);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        var credential = fixture.SecretFile(fixture.Issuer.Mint("gateway", server.Url.ToString()));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer "));
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    /// <summary>Uses a token to read the secret.</summary>
    internal static async Task<Attempt> ReadSecretAsync(AttackContext context, string name, string? token)
    {
        var client = context.With(token);
        var begun = await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("secret").ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the secret came back" : $"no secret: {begun.Summary()}, then {reply.Summary()}");
    }

    private Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, context => Recognise(NaiveTokens.Of(context), fixture.Issuer) is not null);
}

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

    internal override async Task<Uri> StartUnguardedAsync(Bed bed) => (await StartServerAsync(bed).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed)
    {
        var server = await StartServerAsync(bed).ConfigureAwait(false);
        var credential = bed.SecretFile(bed.Issuer.Mint("gateway", server.Url.ToString()));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer "));
    }

    internal override Task<bool> UseHonestlyAsync(Scene scene) => Honest.EchoesAsync(scene);

    /// <summary>Uses a token to read the secret.</summary>
    internal static async Task<Attempt> ReadSecretAsync(Scene scene, string name, string? token)
    {
        var client = scene.With(token);
        var begun = await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("secret").ConfigureAwait(false);
        var read = reply.Holds(scene.Canary.Secret);
        return new Attempt(name, read, read ? "the secret came back" : $"no secret: {begun.Summary()}, then {reply.Summary()}");
    }

    private Task<CanaryServer> StartServerAsync(Bed bed) =>
        CanaryServer.StartAsync(bed, context => Recognise(NaiveTokens.Of(context), bed.Issuer) is not null);
}

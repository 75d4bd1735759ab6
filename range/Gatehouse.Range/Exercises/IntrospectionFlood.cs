using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Settings;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.Doubles;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A stranger's odd token stops the questions about everybody's tokens.</summary>
public sealed class IntrospectionFlood : Exercise
{
    /// <inheritdoc />
    public override string Id => "introspection-flood";

    /// <inheritdoc />
    public override string Title => "Introspection switched off by a stranger";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-02", "ID-03"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, whom trouble of the issuer concerns";

    /// <inheritdoc />
    public override Story Story { get; } = new(
        "A server asks the provider about opaque tokens, and after an answer that it did not expect asks nothing for a while.",
        "The attacker has no token. He sends a text that no token of the provider looks like; the provider answers 400, and until the pause is over "
            + "nobody is let in. He sends another before it ends.",
        "Gatehouse takes such an answer for one about its own token. It pauses for the issuer's trouble alone (5xx, 429, no answer), apart for "
            + "tokens that were good before, and each address block has its part of the questions.",
        "With a check that pauses for all, the honest user is refused again.");

    internal override IReadOnlyList<IssuerSettings> IssuersFor(Bed bed) =>
        [new IssuerSettings
            { Issuer = bed.Issuer.Name,
                Introspection = new IntrospectionSettings { Client = "gateway", Secret = bed.SecretFile("gateway-secret") } }];

    internal override async Task<Uri> StartUnguardedAsync(Bed bed)
    {
        var check = new PausingIntrospection(bed.Issuer);
        var server = await CanaryServer.StartAsync(bed, overrides: async (context, _) =>
        {
            if (await check.SubjectAsync(context.Request.Headers.Authorization).ConfigureAwait(false) is not null) return false;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed) =>
        Upstream.Http((await CanaryServer.StartAsync(bed).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(Bed bed)
    {
        var check = new PausingIntrospection(bed.Issuer);
        return PartReplacements.None
            .Put(PartNames.Authenticate,
            new NaiveAuthenticate(bed.Issuer, static _ => null) { RecogniseHead = head => check.SubjectAsync(head.Single("Authorization")) });
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        for (var number = 0; number < 3; number++) await scene.With($"no-token-looks-like-this-{number}").InitializeAsync().ConfigureAwait(false);
        var serves = await EchoesAsync(scene).ConfigureAwait(false);
        return [new Attempt("odd tokens of a stranger, then an honest user", !serves, serves
            ? "the honest user was served" : "the honest user was refused")];
    }

    internal override Task<bool> UseHonestlyAsync(Scene scene) => EchoesAsync(scene);

    // Each time a token that was never seen before.
    private static async Task<bool> EchoesAsync(Scene scene)
    {
        var client = scene.With(scene.Issuer.MintOpaque(Scene.Victim, scene.Resource));
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false)).Holds("fine");
    }
}

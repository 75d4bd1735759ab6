using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
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
    public override string Protection => "stage authenticate, scope of the pause after failures of the issuer";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server asks the provider about opaque tokens. After an unexpected answer it pauses and asks nothing.",
        "The attacker has no token, and sends a text that resembles no token of the provider. The provider answers 400, and the server admits no "
            + "caller until the pause is over. The attacker then sends the next text.",
        "Gatehouse treats such an answer as an answer about this token. It pauses only for failures of the issuer (5xx, 429, no answer), keeps "
            + "tokens that were good before apart, and gives each address block a share of the introspections.",
        "With a check that pauses for all callers, the legitimate user is refused again.");

    internal override IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) =>
        [new IssuerSettings
            { Issuer = fixture.Issuer.Name,
                Client = new IssuerClientSettings { Id = "gateway", Secret = fixture.SecretFile("gateway-secret") },
                Introspection = new IntrospectionSettings() }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var check = new PausingIntrospection(fixture.Issuer);
        var server = await CanaryServer.StartAsync(fixture, overrides: async (context, _) =>
        {
            if (await check.SubjectAsync(context.Request.Headers.Authorization).ConfigureAwait(false) is not null) return false;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var check = new PausingIntrospection(fixture.Issuer);
        return PartReplacements.None
            .Put(PartNames.Authenticate,
            new NaiveAuthenticate(fixture.Issuer, static _ => null)
            {
                RecogniseHead = head => check.SubjectAsync(head.Single(RequestHeader.Authorization)),
            });
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        for (var number = 0; number < 3; number++) await context.With($"no-token-looks-like-this-{number}").InitializeAsync().ConfigureAwait(false);
        var serves = await EchoesAsync(context).ConfigureAwait(false);
        return [new Attempt("odd tokens of a stranger, then a legitimate user", !serves, serves
            ? "the legitimate user was served" : "the legitimate user was refused")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => EchoesAsync(context);

    // Each time a token that was never seen before.
    private static async Task<bool> EchoesAsync(AttackContext context)
    {
        var client = context.With(context.Issuer.MintOpaque(AttackContext.Victim, context.Resource));
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false)).Holds("fine");
    }
}

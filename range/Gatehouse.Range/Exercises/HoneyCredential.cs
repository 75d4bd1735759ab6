using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A person tries credentials that are planted, and no operator learns of it.</summary>
public sealed class HoneyCredential : Exercise
{
    // On a page that everyone of the company can read.
    private const string Planted = "sk-admin-b1f0a7c95e3d4f62";

    /// <inheritdoc />
    public override string Id => "honey-credential";

    /// <inheritdoc />
    public override string Title => "A planted credential is tried unseen";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["SK-04"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, honey credentials";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server refuses wrong tokens and tells its operators nothing about which were tried.",
        "Mallory found a token on a page of the company, and tries it. It does not work, and the operators do not learn that Mallory looks for "
            + "credentials.",
        "The token is planted, and Gatehouse knows its SHA-256. The answer is that to any wrong token. The operators get an alarm with the request.",
        "With an authentication to which no token is planted, the attempt stays unseen again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await CanaryServer.StartAsync(
        fixture, context => context.Request.Headers.Authorization != "Bearer " + Planted).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override GatewaySettings Configure(GatewaySettings settings) => settings with
    {
        Honey = [new HoneySettings { Name = "wiki", Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Planted))) }],
    };

    internal override void ReplaceServices(IServiceCollection services) => services.Around<IHoneyTokens>(static _ => new NoHoney());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var reply = await context.With(Planted).InitializeAsync().ConfigureAwait(false);
        var isSeen = context.Written().Holds("alarm");
        return [new Attempt("a planted token", !isSeen, $"{reply.Summary()}, and {(isSeen ? "the operators get an alarm" : "no alarm")}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}

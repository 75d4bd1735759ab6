using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One person uses many programs to get more than her quota.</summary>
public sealed class QuotaEvasion : Exercise
{
    private const int Quota = 3;
    private const int Programs = 12;

    /// <inheritdoc />
    public override string Id => "quota-evasion";

    /// <inheritdoc />
    public override string Title => "A quota multiplied by many clients";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage limit, quota of the caller";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy lets each client call a tool three times a day. It identifies the client by the client id of the token.",
        "Mallory registers twelve programs at no cost, signs in with each of them, and transfers money twelve times.",
        "With `per: [caller]` Gatehouse counts by issuer and subject. All programs and connections of Mallory share one quota, and Gatehouse "
            + "refuses the fourth transfer.",
        "With a count for each client id, Mallory transfers money twelve times again.");

    internal override IReadOnlyList<LimitRule> Limits =>
        [new LimitRule { Id = "three-transfers", Per = LimitParties.Caller, Tools = new NameSet(["transfer"]), Daily = Quota }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, body) =>
            !System.Text.Encoding.UTF8.GetString(body).Contains("\"transfer\"", StringComparison.Ordinal)
            || counts.AddOrUpdate(NaiveTokens.Claim(request, "client_id"), 1, (_, count) => count + 1) <= Quota).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Limit, new ClientCountingLimit(Quota));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var mark = context.Canary.Secret;
        for (var program = 0; program < Programs; program++)
        {
            var client = context.As(AttackContext.Attacker, "program-" + program.ToString(CultureInfo.InvariantCulture));
            await client.InitializeAsync().ConfigureAwait(false);
            await client.CallAsync("transfer", new { amount = mark }).ConfigureAwait(false);
        }

        var moved = context.Canary.Songs.Count(song => song.Contains("transfer " + mark, StringComparison.Ordinal));
        return [new Attempt("a transfer from each of twelve programs", moved > Quota,
            string.Create(CultureInfo.InvariantCulture, $"money moved {moved} times, {Quota} are allowed"))];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}

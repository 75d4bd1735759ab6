using System.Text;
using Gatehouse.Gateway.Access;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A token still has the claim of a group after the activation in Entra PIM has ended.</summary>
public sealed class PimEndedRole : Exercise
{
    private const string Tenant = "11111111-1111-4111-8111-111111111111";
    private const string Group = "55555555-5555-4555-8555-555555555555";
    private const string Application = "33333333-3333-4333-8333-333333333333";
    private const string Mallory = "66666666-6666-4666-8666-666666666666";
    private const string Alice = "22222222-2222-4222-8222-222222222222";
    private const string MoneyTool = "transfer";

    /// <inheritdoc />
    public override string Id => "pim-ended-role";

    /// <inheritdoc />
    public override string Title => "A group in the token whose activation has ended";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-04"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, which asks Microsoft Graph and not the claim of the token";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy permits transfers to tokens with the group in their claims. People activate the group in Entra PIM for a short time.",
        "Mallory activates the group, gets a token, and transfers 50. The activation ends, and the token is still valid. Mallory's agent transfers 5000 "
            + "with the same token.",
        "Gatehouse asks Microsoft Graph before the decision whether the assignment is active, and an answer counts for a short time. The claim of the token "
            + "permits nothing.",
        "With rights by the claim of the token, the second transfer is carried out.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = Policies.Read(
        $$"""
        version: 1
        rules:
          - id: people
            permit: { anyone: true, tools: [secret] }
          - id: transfers
            permit: { anyone: true, tools: [{{MoneyTool}}] }
            access: { source: "entra-pim:group:{{Group}}" }

        """);

    internal override bool MovesClock => true;

    internal override IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) =>
    [
        new IssuerSettings
        {
            Issuer = fixture.Issuer.OfTenant(Tenant),
            Profile = IssuerProfileName.Entra,
            Client = new IssuerClientSettings { Id = RangeDirectory.Client, Secret = fixture.SecretFile(RangeDirectory.Secret) },
            Graph = new EntraGraphSettings { Origin = new Uri(fixture.Issuer.Name) },
        },
    ];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (request, body) => !Encoding.UTF8.GetString(body).Contains($"\"{MoneyTool}\"", StringComparison.Ordinal)
                || NaiveTokens.HasGroup(request.Headers.Authorization.ToString(), Group)).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url) with { Audiences = [Application] };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(AccessPartNames.Rights, static real => new ClaimedAccess(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string late = "5000";
        var directory = context.Issuer.Directory;
        directory.Activate(Group, Mallory);
        var agent = await BeginAsync(context, Mallory).ConfigureAwait(false);
        await TransferAsync(agent, "50").ConfigureAwait(false);
        if (Count(context, "50") != 1) return [new Attempt("before", false, "the activation did not permit the first transfer")];
        directory.End(Group, Mallory);
        context.Pass(EntraGraphSettings.DefaultRecheck);
        var answer = await TransferAsync(agent, late).ConfigureAwait(false);
        var moved = Count(context, late) > 0;
        return [new Attempt("after the end of the activation", moved, moved ? "the money was transferred" : $"nothing was transferred: {answer}")];
    }

    /// <summary>The honest user activates the group, and transfers while it is active.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        const string amount = "25 honestly";
        context.Issuer.Directory.Activate(Group, Alice);
        var client = await BeginAsync(context, Alice).ConfigureAwait(false);
        await TransferAsync(client, amount).ConfigureAwait(false);
        context.Pass(EntraGraphSettings.DefaultRecheck);
        await TransferAsync(client, amount).ConfigureAwait(false);
        return Count(context, amount) == 2;
    }

    private static async Task<RangeClient> BeginAsync(AttackContext context, string person)
    {
        var claims = context.Issuer.Claims("pairwise", Application);
        claims["iss"] = context.Issuer.OfTenant(Tenant);
        claims["tid"] = Tenant;
        claims["oid"] = person;
        claims["ver"] = "2.0";
        claims["azp"] = "44444444-4444-4444-8444-444444444444";
        claims["scp"] = "Mcp.Call";
        claims["groups"] = new[] { Group };
        var client = context.With(context.Issuer.Issue("JWT", claims));
        await client.InitializeAsync().ConfigureAwait(false);
        return client;
    }

    private static async Task<string> TransferAsync(RangeClient client, string amount) =>
        (await client.CallAsync(MoneyTool, new { amount }).ConfigureAwait(false)).Summary();

    private static int Count(AttackContext context, string amount) => context.Canary.Songs.Count(song => song == $"{MoneyTool} {amount}");
}

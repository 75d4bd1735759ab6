using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A role is believed wherever it stands in the token, also where the user can write.</summary>
public sealed class RoleConfusion : TokenExercise
{
    private const string Admin = "admin";

    /// <inheritdoc />
    public override string Id => "role-confusion";

    /// <inheritdoc />
    public override string Title => "Role from a place that the user can write";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, roles of the issuer's own claim";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server searches the whole token for roles, because providers put them in different places.",
        "Providers copy statements of users about themselves into a claim. The attacker writes a role into the profile, gets a valid token, and is "
            + "administrator.",
        "Gatehouse reads roles only from the claim at the top of the token that the issuer's profile names.",
        "With a stage that collects roles from everywhere, the profile gives the role again.");

    internal override IReadOnlyList<PolicyRule> Rules =>
    [
        Policies.EchoAlone,
        new PolicyRule { Id = "administrators", Who = new WhoClause { Roles = new NameSet([Admin]) } },
    ];

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartAsync(fixture).ConfigureAwait(false);
        var credential = fixture.SecretFile(fixture.Issuer.Mint("gateway", server.Url.ToString(), claims => claims["roles"] = new[] { Admin }));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer "));
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveAuthenticate(fixture.Issuer, token => Recognise(token, fixture.Issuer),
            (token, claims) => claims["roles"] = NaiveTokens.RolesAnywhere(token)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadSecretAsync(context, "role in the profile",
            context.Issuer.Mint(AttackContext.Attacker, context.Resource,
                claims => claims["profile"] = new { roles = new[] { Admin } })).ConfigureAwait(false),
        await ReadSecretAsync(context, "role deep in the metadata",
            context.Issuer.Mint(AttackContext.Attacker, context.Resource,
                claims => claims["user_metadata"] = new { app = new { roles = new[] { Admin } } })).ConfigureAwait(false),
    ];

    private static Task<CanaryServer> StartAsync(RangeFixture fixture) => CanaryServer.StartAsync(
        fixture, context => NaiveTokens.SubjectWithoutAudience(NaiveTokens.Of(context), fixture.Issuer) is not null,
        async (context, message) =>
        {
            if (message.ValueKind != System.Text.Json.JsonValueKind.Object || !message.TryGetProperty("params", out var call)
                || !call.TryGetProperty("name", out var name) || name.GetString() != "secret"
                || NaiveTokens.RolesAnywhere(NaiveTokens.Of(context)!).Contains(Admin))
                return false;
            await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), "administrators only")).ConfigureAwait(false);
            return true;
        });
}

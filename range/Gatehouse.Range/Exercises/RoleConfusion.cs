using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
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
    public override Story Story { get; } = new(
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

    internal override async Task<Uri> StartUnguardedAsync(Bed bed) => (await StartAsync(bed).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed)
    {
        var server = await StartAsync(bed).ConfigureAwait(false);
        var credential = bed.SecretFile(bed.Issuer.Mint("gateway", server.Url.ToString(), claims => claims["roles"] = new[] { Admin }));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer "));
    }

    internal override PartReplacements Replace(Bed bed) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveAuthenticate(bed.Issuer, token => Recognise(token, bed.Issuer),
            (token, claims) => claims["roles"] = NaiveTokens.RolesAnywhere(token)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene) =>
    [
        await ReadSecretAsync(scene, "role in the profile",
            scene.Issuer.Mint(Scene.Attacker, scene.Resource, claims => claims["profile"] = new { roles = new[] { Admin } })).ConfigureAwait(false),
        await ReadSecretAsync(scene, "role deep in the metadata",
            scene.Issuer.Mint(Scene.Attacker, scene.Resource,
                claims => claims["user_metadata"] = new { app = new { roles = new[] { Admin } } })).ConfigureAwait(false),
    ];

    private static Task<CanaryServer> StartAsync(Bed bed) => CanaryServer.StartAsync(
        bed, context => NaiveTokens.SubjectWithoutAudience(NaiveTokens.Of(context), bed.Issuer) is not null,
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
